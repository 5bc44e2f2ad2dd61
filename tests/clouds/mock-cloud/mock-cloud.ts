import { setTimeout as sleep } from "node:timers/promises";
import { type Given, type Pattern, type Resource, type Rules } from "./rules";
import { at, compare, covers, merge, type Path, type Properties, removed, segments, texts } from "./values";

/** Part of every identifier that a cloud gives out; hexadecimal, because some of them are. */
const TOKEN = /c10d[0-9a-f]{4}/g;

const tokensIn = (value: unknown): ReadonlySet<string> => new Set(JSON.stringify(value ?? "").match(TOKEN) ?? []);

/** Resources of a cluster are named after it: `train-gpus`, `train/StorageClass/standard`. */
const clusterOf = (name: string): string | undefined => name.split(/[-/]/, 1)[0];

const is = ({ type, name = /^/, has = "" }: Pattern, resource: Given): boolean =>
  resource.type === type && name.test(resource.name) && at(resource.inputs, has) !== undefined;

type Operation = "create" | "read" | "update" | "delete";

/**
 * A cloud in this process. It holds resources together as a cloud does: what is referred to must exist, what is referred to cannot be
 * deleted, what needs something else does not come without it, some fields come back otherwise than they were sent, and it fails when it is
 * told to. What one cloud is like is in its {@link Rules}.
 */
export class MockCloud {
  private readonly resources = new Map<string, Resource>();
  private readonly refers = new WeakMap<Resource, ReadonlySet<string>>();
  private readonly failures = new Map<string, string>();
  private readonly delays = new Map<string, number>();
  private given = 0;
  /** Whether the time has come at which it changes things by itself. */
  isLater = false;
  /** Whether it plays the clusters too. Otherwise their objects are in a real one, which it cannot see. */
  playsClusters = true;
  /** What it says of its clusters. */
  answers: Properties = {};
  /** What it did, as `create train aws:eks/cluster:Cluster`, in order. */
  readonly lines: string[] = [];

  all(): readonly Resource[] {
    return [...this.resources.values()];
  }

  find(id: string): Resource | undefined {
    const found = this.named(id);
    return found?.id === id ? found : undefined;
  }

  /** Has it fail once. */
  fail(operation: Operation, name: string, message: string): void {
    this.failures.set(`${operation} ${name}`, message);
  }

  /** Has it think about a creation for so many milliseconds, once. */
  delay(name: string, milliseconds: number): void {
    this.delays.set(name, milliseconds);
  }

  /** What is there without a program having made it; its identifier has a token in it. */
  add({ type, name, id, ...properties }: Existing): void {
    const [token = ""] = tokensIn(id);
    const { inputs = {}, outputs = {} } = properties;
    this.resources.set(token, { token, id, type, name, within: undefined, inputs, outputs, serial: 1 });
  }

  /** @param signal - Of the plugin that was asked: without it nothing more is made. */
  async create(rules: Rules, wanted: Given, within: string | undefined, signal: AbortSignal): Promise<Resource> {
    const { type, name, inputs } = wanted;
    await this.hold(name, signal);
    this.failAsTold("create", name);
    this.refuse(rules, wanted);
    this.refuseCreate(rules, wanted);
    const token = `c10d${(++this.given).toString(16).padStart(4, "0")}`;
    const made = withOutputs(rules, { token, type, name, within, inputs, serial: 1 }, this.answers);
    this.resources.set(token, made);
    this.lines.push(`create ${name} ${type}`);
    return made;
  }

  read(rules: Rules, id: string): Resource | undefined {
    const found = this.find(id);
    if (found === undefined) return undefined;
    this.failAsTold("read", found.name);
    if (!this.isLater) return found;
    const now = { ...found, outputs: merge(found.outputs, rules.rewrites(found)) };
    this.resources.set(found.token, now);
    return now;
  }

  update(rules: Rules, id: string, inputs: Properties): Resource {
    const found = this.find(id);
    if (found === undefined) throw new Error(`${id} does not exist`);
    this.failAsTold("update", found.name);
    const wanted = { ...found, inputs, serial: found.serial + 1 };
    this.refuse(rules, wanted, found);
    const now = withOutputs(rules, wanted, this.answers);
    this.resources.set(found.token, now);
    this.lines.push(`update ${found.name} ${found.type}`);
    return now;
  }

  delete(rules: Rules, id: string): void {
    const found = this.find(id);
    if (found === undefined) return;
    const gone = this.refuseDelete(rules, found);
    this.failAsTold("delete", found.name);
    for (const { token } of [found, ...gone]) this.resources.delete(token);
    this.lines.push(`delete ${found.name} ${found.type}`);
  }

  private named(reference: unknown): Resource | undefined {
    const token = [...tokensIn(reference)].at(-1) ?? "";
    return this.resources.get(token);
  }

  private refuse(rules: Rules, wanted: Given, before?: Resource): void {
    const { type, name, inputs } = wanted;
    const missing = this.missing(rules, inputs);
    if (missing !== undefined) throw new Error(`${name} refers to ${missing}, which does not exist`);
    const others = this.all().filter((other) => other !== before);
    const find = (reference: unknown) => this.named(reference);
    const refusal = rules.refusals?.[type]?.({ type, name, inputs, before, find, others });
    if (typeof refusal === "string") throw new Error(`${name}: ${refusal}`);
  }

  /** What inputs refer to and is not there: by an identifier, or by a name in one of the fields that hold names. */
  private missing({ identifier, names = {} }: Rules, inputs: Properties): string | undefined {
    const known = this.all();
    const given = [...tokensIn(inputs)].find((token) => !this.resources.has(token));
    const brought = texts(inputs).find((text) => identifier?.test(text) && !known.some(({ id }) => id === text));
    const named = Object.entries(names).find(
      ([field, type]) =>
        inputs[field] !== undefined &&
        !known.some((other) => other.type === type && other.outputs["name"] === inputs[field]),
    );
    return given ?? brought ?? (named && `${inputs[named[0]]}`);
  }

  private refuseCreate(rules: Rules, wanted: Given): void {
    const { type, name, inputs } = wanted;
    const all = this.all();
    const seen = rules.needs.filter(({ needs }) => this.playsClusters || !needs.type.startsWith("kubernetes:"));
    for (const { what, needs } of seen)
      if (is(what, wanted) && !all.some((other) => is(needs, other) && clusterOf(other.name) === clusterOf(name)))
        throw new Error(`${name} needs ${needs.type} ${String(needs.name ?? "")}, which is not there`);
    const keyOf = rules.unique?.[type];
    const key = keyOf?.(inputs);
    const twin = all.find((other) => other.type === type && keyOf?.(other.inputs) === key);
    if (keyOf !== undefined && twin !== undefined) throw new Error(`AlreadyExists: ${type} ${String(key)}`);
  }

  /** What goes with it. */
  private refuseDelete(rules: Rules, resource: Resource): readonly Resource[] {
    const { type, name, token, outputs } = resource;
    const others = this.all().filter((other) => other !== resource);
    const isPart = rules.cascades?.[type] ?? (() => false);
    const refers = (other: Resource): boolean => this.refersTo(rules, other, resource);
    const goesWith = (other: Resource): boolean =>
      isPart(other) && (refers(other) || tokensIn(other.within).has(token));
    const holder = others.find((other) => !rules.loose?.test(other.type) && refers(other) && !goesWith(other));
    if (holder !== undefined) throw new Error(`DependencyViolation: ${name} is in use by ${holder.name}`);
    const mates = others.filter((other) => clusterOf(other.name) === clusterOf(name));
    for (const { what, needs, stays } of rules.needs) {
      if (stays || !is(needs, resource) || mates.some((other) => is(needs, other))) continue;
      const needing = mates.find((other) => is(what, other));
      if (needing !== undefined) throw new Error(`DependencyViolation: ${needing.name} still needs ${name}`);
    }
    if (outputs["deletionProtection"] === true) throw new Error(`${name} has deletion protection`);
    return others.filter(goesWith);
  }

  private refersTo({ names = {} }: Rules, other: Resource, { token, type, outputs }: Resource): boolean {
    const known = this.refers.get(other) ?? tokensIn(other.inputs);
    this.refers.set(other, known);
    const byName = Object.entries(names).some(
      ([field, named]) => named === type && other.inputs[field] === outputs["name"],
    );
    return known.has(token) || byName;
  }

  private async hold(name: string, signal: AbortSignal): Promise<void> {
    const milliseconds = this.delays.get(name);
    if (milliseconds === undefined) return;
    this.delays.delete(name);
    this.lines.push(`start ${name}`);
    await sleep(milliseconds, undefined, { signal });
  }

  private failAsTold(operation: Operation, name: string): void {
    const key = `${operation} ${name}`;
    const message = this.failures.get(key);
    if (message === undefined) return;
    this.failures.delete(key);
    this.lines.push(`${key} FAILED`);
    throw new Error(message);
  }
}

/** What was in a cloud before. */
export type Existing = Pick<Resource, "type" | "name" | "id"> & Partial<Pick<Resource, "inputs" | "outputs">>;

function withOutputs(rules: Rules, made: Omit<Resource, "id" | "outputs">, answers: Properties): Resource {
  const { type, name, token, inputs } = made;
  const id = rules.id(type, name, token);
  const own = { ...inputs, id, name: inputs["name"] ?? `${name}-${token}` };
  return { ...made, id, outputs: merge(own, rules.outputs(made, answers)) };
}

/** How what is wanted differs from what there is, and which of it takes another resource. */
export interface Difference {
  readonly changed: readonly Path[];
  readonly replaces: readonly Path[];
}

/** A cloud compares with what it has, not with what it was sent; and what is no longer sent is to go. */
export function difference(
  rules: Rules,
  type: string,
  state: Properties,
  [olds, news]: readonly [olds: Properties, news: Properties],
  ignored: readonly string[],
): Difference {
  const changed = [...compare(state, news, rules.exact), ...removed(olds, news)].filter(
    (each) => !ignored.some((pattern) => covers(segments(pattern), each)),
  );
  const fixed = (rules.createOnly[type] ?? []).map(segments);
  return { changed, replaces: changed.filter((each) => fixed.some((pattern) => covers(pattern, each))) };
}
