import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import { EngineStopped } from "../hosts/grpc";
import { keepOld } from "../paths";
import { type Policies } from "../policy";
import { type Providers } from "../providers";
import { type PendingOperation, type ResourceState } from "../state/model";
import { type Resolve } from "../state/order";
import { type Provider, type StepOp } from "../types";
import { makeUrn, packageOf, providerPackage, providerType } from "../urn";
import { equal, hasUnknown, markLike, markNamed, omit, plain, UNKNOWN } from "../wire";
import { formerUrns } from "./aliases";
import { deleteAll } from "./deletions";
import { type Goal, noOptions, type ReadGoal, unsupported } from "./goal";
import { type Limiter } from "./limit";
import { replacedInTurn } from "./dependents";
import { type Plan, planFor } from "./plan";
import { componentProvider, providerProvider } from "./pseudo";
import { stateOf, withoutEmpty, withVersion } from "./wanted";
import {
  create,
  isQuiet,
  knownId,
  refuseProtected,
  remove,
  requestFor,
  seedFor,
  shown,
  type StepContext,
  update,
} from "./steps";

export interface DeploymentOptions {
  readonly stack: string;
  readonly project: string;
  readonly context: Omit<StepContext, "provider">;
  readonly limiter: Limiter;
  readonly providers: Providers;
  readonly policies: Policies;
  readonly resolve: Resolve;
  /** What the state has at the start. */
  readonly resources: Iterable<ResourceState>;
  readonly pending: Iterable<PendingOperation>;
  /** Settings of a default provider, from the stack's config. */
  readonly providerConfig: (pkg: string) => JsonObject;
}

export interface Registered {
  readonly urn: string;
  readonly id: string;
  readonly outputs: JsonObject;
}

/** Turns registrations of a running program into steps, each as soon as it comes. */
export class Deployment {
  /** Resources as the state has them, by URN; a resource that was adopted under an alias is found by its former one. */
  private readonly olds = new Map<string, ResourceState>();
  private readonly condemned: ResourceState[] = [];
  private readonly interrupted = new Map<string, ResourceState>();
  private readonly adopted = new Set<string>();
  private readonly begun = new Set<string>();
  private readonly formerNames = new Map<string, readonly string[]>();
  private readonly defaults = new Map<string, Promise<Registered>>();
  private readonly context: StepContext;
  private isStopped = false;
  private fail: () => void = () => undefined;
  /** Resolves when something failed: no more registrations are taken. */
  readonly failure = new Promise<void>((resolve) => (this.fail = resolve));
  /** What this run registered, by URN. */
  readonly current = new Map<string, ResourceState>();

  constructor(private readonly options: DeploymentOptions) {
    for (const resource of options.resources) {
      if (resource.delete) this.condemned.push(resource);
      else this.olds.set(resource.urn, resource);
    }
    for (const { resource, type } of options.pending)
      if (type === "creating") this.interrupted.set(resource.urn, resource);
    this.context = { ...options.context, provider: (state) => this.providerOf(state) };
  }

  /** Takes no more registrations; steps in flight go on. */
  stop(): void {
    this.isStopped = true;
  }

  /** Resolves when no step is in flight. */
  idle(): Promise<void> {
    return this.options.limiter.idle();
  }

  async register(goal: Goal): Promise<Registered> {
    const urn = makeUrn(this.options.stack, this.options.project, goal.parent, goal.type, goal.name);
    return this.guard(urn, "create", async () => {
      this.claim(urn);
      const old = await this.adopt(urn, goal);
      const provider = await this.resolveProvider(goal);
      const state = await this.options.limiter.run(() => this.settle(urn, goal, old, provider));
      this.current.set(urn, state);
      return { urn, id: state.id ?? "", outputs: state.outputs };
    });
  }

  /** Whatever fails is reported, and stops the run: the program is told no more than that. */
  private async guard<Result>(urn: string, op: StepOp, work: () => Promise<Result>): Promise<Result> {
    if (this.isStopped || this.context.signal.aborted) throw new EngineStopped();
    try {
      return await work();
    } catch (error) {
      this.isStopped = true;
      this.fail();
      if (!(error instanceof EngineStopped)) this.context.reporter.failed(urn, op, error);
      throw new EngineStopped();
    }
  }

  private claim(urn: string): void {
    if (this.begun.has(urn)) {
      throw new CairnError("DUPLICATE_URN", `two resources have the URN ${urn}`, {
        hint: "give one of them another name",
      });
    }
    this.begun.add(urn);
  }

  /** The resource as the state has it, under this URN or a former one. */
  private async adopt(urn: string, goal: Goal): Promise<ResourceState | undefined> {
    const former = formerUrns(urn, goal, this.formerNames.get(goal.parent) ?? []);
    if (former.length > 0) this.formerNames.set(urn, former);
    const found = [urn, ...former].find((each) => this.olds.has(each) && !this.adopted.has(each));
    if (found === undefined) return undefined;
    const old = this.olds.get(found) as ResourceState;
    this.adopted.add(found);
    if (found === urn) return old;
    const renamed: ResourceState = { ...old, urn, type: goal.type };
    await this.context.commit({ rename: [found, urn], drop: [old], put: [renamed] });
    return renamed;
  }

  private async resolveProvider(goal: Goal): Promise<readonly [reference: string, provider: Provider]> {
    if (!goal.custom) return ["", componentProvider];
    if (providerPackage(goal.type) !== undefined) return ["", providerProvider(this.options.providers)];
    const reference = goal.provider || (await this.defaultProvider(packageOf(goal.type), goal.version));
    return [reference, await this.options.providers.get(reference)];
  }

  /** `default` or `default_4_34_2`: one for each version that the program's packages name. */
  private async defaultProvider(pkg: string, version: string): Promise<string> {
    if (pkg === "pulumi") throw unsupported("stack references and stashes");
    const name = version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
    const key = `${pkg} ${name}`;
    let registering = this.defaults.get(key);
    if (registering === undefined) {
      registering = this.register({
        type: providerType(pkg),
        name,
        custom: true,
        parent: "",
        inputs: this.options.providerConfig(pkg),
        dependencies: [],
        propertyDependencies: {},
        provider: "",
        version,
        options: noOptions,
      });
      this.defaults.set(key, registering);
    }
    const { urn, id } = await registering;
    return `${urn}::${id === "" ? UNKNOWN : id}`;
  }

  private providerOf(state: ResourceState): Promise<Provider> {
    if (providerPackage(state.type) !== undefined) return Promise.resolve(providerProvider(this.options.providers));
    return this.options.providers.get(state.provider ?? "");
  }

  private async settle(
    urn: string,
    goal: Goal,
    old: ResourceState | undefined,
    [reference, provider]: readonly [string, Provider],
  ): Promise<ResourceState> {
    if (this.isStopped || this.context.signal.aborted) throw new EngineStopped();
    this.context.reporter.learn(goal.inputs);
    const managed = old?.external ? undefined : old;
    const inputs = await this.checkInputs(urn, goal, managed, provider, managed?.pendingReplacement);
    const wanted = stateOf(urn, goal, inputs, reference, managed);
    await this.analyze(wanted, goal);
    if (managed === undefined) return this.createShown(provider, wanted, "create");
    if (managed.pendingReplacement) return this.createShown(provider, wanted, "replace");
    const plan = await planFor(managed, wanted, provider, requestFor(this.context, wanted));
    return this.carryOut(plan, goal, managed, wanted, provider);
  }

  private async analyze(wanted: ResourceState, goal: Goal): Promise<void> {
    this.options.policies.enforce(await this.options.policies.analyze(wanted, goal, this.current), wanted.urn);
  }

  /**
   * Checked by the provider, remedied by policies, checked again if a policy changed something. As with Pulumi, a replacement gets what the
   * program says: nothing of the old one that was ignored or that the provider filled in, a name above all.
   */
  private async checkInputs(
    urn: string,
    goal: Goal,
    old: ResourceState | undefined,
    provider: Provider,
    replaces = false,
  ): Promise<JsonObject> {
    const kept = replaces ? undefined : old?.inputs;
    const wanted = withVersion(
      goal,
      kept === undefined ? goal.inputs : keepOld(goal.inputs, kept, goal.options.ignoreChanges),
    );
    const check = (news: JsonObject) => this.check(urn, goal, news, kept, seedFor(urn, old?.id), provider);
    const checked = await check(wanted);
    const remedied = await this.options.policies.remediate(urn, goal, checked, this.current);
    return remedied === undefined ? checked : check(remedied);
  }

  private async check(
    urn: string,
    goal: Goal,
    news: JsonObject,
    olds: JsonObject | undefined,
    randomSeed: Buffer,
    provider: Provider,
  ): Promise<JsonObject> {
    if (!goal.custom || providerPackage(goal.type) !== undefined) return news;
    const before = olds ?? this.interrupted.get(urn)?.inputs;
    const answer = await provider.check({
      ...requestFor(this.context, { urn, type: goal.type }),
      ...(before === undefined ? {} : { olds: plain(before) }),
      news: plain(news),
      randomSeed,
    });
    if (answer.failures.length > 0) {
      const findings = answer.failures.map(({ property, reason }) => ({ path: property, message: reason }));
      throw new CairnError("INPUTS_INVALID", "the provider refuses the inputs", { findings });
    }
    return markLike(answer.inputs, news);
  }

  private async carryOut(
    plan: Plan,
    goal: Goal,
    old: ResourceState,
    wanted: ResourceState,
    provider: Provider,
  ): Promise<ResourceState> {
    switch (plan.kind) {
      case "same":
        return this.keep(old, wanted, provider);
      case "update":
        return shown(this.context, wanted, "update", () => update(this.context, provider, old, wanted), plan.paths);
      case "replace": {
        // As with Pulumi, protection may be lifted and the resource replaced by one update.
        if (wanted.protect) refuseProtected(this.context, old, "replace");
        const released = omit(old, "protect");
        const inputs = await this.checkInputs(wanted.urn, goal, old, provider, true);
        const replacement = { ...omit(wanted, "created"), inputs };
        if (!equal(inputs, wanted.inputs)) await this.analyze(replacement, goal);
        const deleteFirst = goal.options.deleteBeforeReplace ?? plan.deleteFirst;
        if (deleteFirst) await this.deleteWithDependents(released);
        const state = await this.createShown(
          provider,
          replacement,
          "replace",
          plan.paths,
          deleteFirst ? undefined : released,
        );
        if (!deleteFirst) this.condemned.push({ ...released, delete: true });
        return state;
      }
    }
  }

  /** Nothing to do; options and dependencies may have changed, and only then is anything saved. */
  private async keep(old: ResourceState, wanted: ResourceState, provider: Provider): Promise<ResourceState> {
    const { id, outputs, created, modified } = old;
    const kept: ResourceState = {
      ...wanted,
      outputs: markNamed(outputs, wanted.additionalSecretOutputs ?? []),
      ...(id === undefined ? {} : { id }),
      ...(created === undefined ? {} : { created }),
      ...(modified === undefined ? {} : { modified }),
    };
    this.context.reporter.learn(kept.outputs);
    if (!equal(withoutEmpty(kept), withoutEmpty(old))) await this.context.commit({ put: [kept] });
    if (providerPackage(kept.type) !== undefined) {
      await provider.update({
        ...requestFor(this.context, kept),
        id: id ?? "",
        oldInputs: old.inputs,
        oldState: outputs,
        inputs: kept.inputs,
        timeout: 0,
      });
    }
    if (!isQuiet(kept)) this.context.reporter.done(kept.urn, "same", 0);
    return kept;
  }

  private createShown(
    provider: Provider,
    wanted: ResourceState,
    op: "create" | "replace",
    diff?: readonly string[],
    condemned?: ResourceState,
  ): Promise<ResourceState> {
    return shown(this.context, wanted, op, () => create(this.context, provider, wanted, condemned), diff);
  }

  /** Deletes a resource and, before it, every resource that its replacement will replace in turn. */
  private async deleteWithDependents(root: ResourceState): Promise<void> {
    const candidates = [...this.olds.values()].filter((old) => !this.adopted.has(old.urn) || old.urn === root.urn);
    const doomed = await replacedInTurn(this.context, root, candidates, this.options.resolve);
    const urns = new Set([...doomed, root].map(({ urn }) => urn));
    for (const resource of [...doomed, root]) {
      const gone = resource.deletedWith !== undefined && urns.has(resource.deletedWith);
      const skip = resource.retainOnDelete === true || resource.external === true || gone;
      await shown(this.context, resource, "delete-replaced", () =>
        remove(this.context, resource, "await-replacement", skip),
      );
      this.olds.set(resource.urn, { ...resource, pendingReplacement: true });
    }
  }

  async read(goal: ReadGoal): Promise<Registered> {
    const urn = makeUrn(this.options.stack, this.options.project, goal.parent, goal.type, goal.name);
    return this.guard(urn, "read", async () => {
      this.claim(urn);
      await this.adopt(urn, goal);
      const [reference, provider] = await this.resolveProvider(goal);
      if (hasUnknown(goal.id)) return { urn, id: "", outputs: goal.inputs };
      const wanted: ResourceState = {
        ...stateOf(urn, goal, goal.inputs, reference, undefined),
        id: goal.id,
        external: true,
      };
      const state = await this.options.limiter.run(() =>
        shown(this.context, wanted, "read", () => this.readExternal(provider, wanted)),
      );
      this.current.set(urn, state);
      return { urn, id: goal.id, outputs: state.outputs };
    });
  }

  private async readExternal(provider: Provider, wanted: ResourceState): Promise<ResourceState> {
    const answer = await provider.read({
      ...requestFor(this.context, wanted),
      id: wanted.id ?? "",
      inputs: plain(wanted.inputs),
      state: {},
    });
    if (answer === undefined) throw new CairnError("NOT_FOUND", `${wanted.type} ${wanted.id ?? ""} does not exist`);
    const outputs = markNamed(markLike(answer.state, wanted.inputs), wanted.additionalSecretOutputs ?? []);
    const state: ResourceState = { ...wanted, inputs: markLike(answer.inputs, wanted.inputs), outputs };
    await this.context.commit({ put: [state] });
    return state;
  }

  async registerOutputs(urn: string, outputs: JsonObject): Promise<void> {
    const state = this.current.get(urn);
    if (state === undefined) throw new CairnError("URN_UNKNOWN", `outputs for ${urn}, which was not registered`);
    this.context.reporter.learn(outputs);
    if (equal(state.outputs, outputs)) return;
    const finished = { ...state, outputs };
    this.current.set(urn, finished);
    await this.context.commit({ put: [finished] });
  }

  async invoke(token: string, args: JsonObject, provider: string, version: string): Promise<JsonObject> {
    const reference = provider || (await this.defaultProvider(packageOf(token), version));
    return (await this.options.providers.get(reference)).invoke(token, args);
  }

  /** A resource of this run as a live reference sees it. */
  find(urn: string): Registered | undefined {
    const state = this.current.get(urn);
    return state && { urn, id: knownId(this.context, state), outputs: state.outputs };
  }

  /** The program ended well: what it no longer asks for goes, and so do replaced copies. */
  async finish(): Promise<void> {
    const unwanted = [...this.olds.values()].filter((old) => !this.adopted.has(old.urn));
    await deleteAll(this.context, this.options.limiter, [...unwanted, ...this.condemned], this.options.resolve);
  }
}
