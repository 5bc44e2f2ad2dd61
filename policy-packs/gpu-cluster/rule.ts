import { isObject, UNKNOWN, type Value } from "@cairn/policy-kit";

/** Something about a resource that is not as the policy wants it. */
export interface Finding {
  /** Of the input: `vpcConfig.endpointPublicAccess`. */
  readonly path: string;
  readonly problem: string;
  /** What to write instead. */
  readonly fix: string;
}

/** What a rule may look at. */
export interface Subject {
  readonly props: Value;
  /** Pulumi's own option. */
  readonly protect: boolean;
  readonly settings: Settings;
}

/** What a policy owner sets. */
export interface Settings {
  /** Whether a public API endpoint is fine when it answers stated addresses only. */
  readonly endpoint: "private" | "restricted";
  /** GPU nodes in a pool from which capacity has to be named. */
  readonly largePool: number;
}

export type Rule = (subject: Subject) => readonly Finding[];

/** Rules by type of resource, as in its URN. */
export type Rules = Readonly<Record<string, Rule>>;

/** The entry for a type of resource. A type may have any name, those of an object's own members too. */
export const forType = <T>(table: Readonly<Record<string, T>>, type: string): T | undefined =>
  Object.hasOwn(table, type) ? table[type] : undefined;

/** A value and where it stands. */
export interface Place {
  readonly path: string;
  readonly value: Value;
}

/**
 * Reads a path of inputs; `[]` stands for each entry of a list. What is below something unknown is unknown.
 *
 * @example
 * at(props, "networkInterfaces[].interfaceType")
 */
export function at(props: Value, path: string): readonly Place[] {
  return path
    .split(".")
    .reduce<readonly Place[]>(
      (places, step) => places.flatMap((place) => next(place, step)),
      [{ path: "", value: props }],
    );
}

function next({ path, value }: Place, step: string): readonly Place[] {
  const name = step.replace("[]", "");
  const below = value === UNKNOWN ? UNKNOWN : isObject(value) ? value[name] : undefined;
  const place = path === "" ? name : `${path}.${name}`;
  if (!step.endsWith("[]") || below === UNKNOWN) return [{ path: place, value: below }];
  return Array.isArray(below) ? below.map((entry: Value, index) => ({ path: `${place}[${index}]`, value: entry })) : [];
}

/** The first value at a path. */
export const one = (props: Value, path: string): Value => at(props, path)[0]?.value;

export const isTrue = (value: Value): boolean => value === true || value === "true";
export const isFalse = (value: Value): boolean => value === false || value === "false";
/** Off or left out. What is only known after `up` may turn out to be on. */
export const isNotTrue = (value: Value): boolean => value !== UNKNOWN && !isTrue(value);
/** Also when it is known only after `up`: that it is given can be seen before. */
export const isGiven = (value: Value): boolean => value !== undefined && value !== null && value !== "";
export const hasEntries = (value: Value): boolean => value === UNKNOWN || (Array.isArray(value) && value.length > 0);
export const entries = (value: Value): readonly Value[] => (Array.isArray(value) ? (value as readonly Value[]) : []);

/** Yes, no, or not known before `up`. */
export type Answer = boolean | typeof UNKNOWN;

export const matches = (value: Value, pattern: RegExp): Answer =>
  value === UNKNOWN ? UNKNOWN : typeof value === "string" && pattern.test(value);

/** Yes where one is, not known where that may still turn out. */
export const some = (answers: readonly Answer[]): Answer =>
  answers.includes(true) || (answers.includes(UNKNOWN) && UNKNOWN);

/** A number of nodes: what is seen of it, and whether that is all. */
export interface Count {
  readonly seen: number;
  readonly exact: boolean;
}

export const count = (value: Value): Count =>
  value === UNKNOWN ? { seen: 0, exact: false } : { seen: Number(value ?? 0) || 0, exact: true };

export const most = (counts: readonly Count[]): Count => ({
  seen: Math.max(0, ...counts.map(({ seen }) => seen)),
  exact: counts.every(({ exact }) => exact),
});

/** A count that does not exceed another: where the limit is known, it tells all. */
export const upTo = (limit: Count, value: Count): Count =>
  most([limit, { ...value, exact: value.exact || (limit.exact && limit.seen > 0) }]);

/** A rule that a value has to meet. One that is only known after `up` cannot be judged, unless that it is given is enough. */
export function must(path: string, meets: (value: Value) => boolean, problem: string, fix: string): Rule {
  return ({ props }) =>
    at(props, path).flatMap((place) => {
      if (meets(place.value)) return [];
      const unseen = "is not known before `up`, so it cannot be checked at preview";
      return [{ path: place.path, problem: place.value === UNKNOWN ? unseen : problem, fix }];
    });
}

export const all =
  (...rules: readonly Rule[]): Rule =>
  (subject) =>
    rules.flatMap((rule) => rule(subject));

/** A rule for some resources of a type only. */
export const when =
  (applies: (subject: Subject) => boolean, rule: Rule): Rule =>
  (subject) =>
    applies(subject) ? rule(subject) : [];

/** A rule for machines with a fabric. Where it is not known which machines there are, it has to be met as well. */
export const whenFabric =
  (hasFabric: (props: Value) => Answer, path: string, rule: Rule): Rule =>
  (subject) => {
    const answer = hasFabric(subject.props);
    if (answer === false) return [];
    const problem = "which machines it has is not known before `up`, and a fabric of theirs would not span zones";
    return rule(subject).map((finding) => (answer === UNKNOWN ? { path, problem, fix: finding.fix } : finding));
  };

/** A rule for each of the pools that are written inside another resource. */
export const each =
  (inside: (props: Value) => readonly Place[], rule: Rule): Rule =>
  (subject) =>
    inside(subject.props).flatMap(({ path, value }) =>
      rule({ ...subject, props: value }).map((finding) => below(path, finding)),
    );

/** A finding where it stands in the resource around. */
export const below = (path: string, finding: Finding): Finding => ({
  ...finding,
  path: [path, finding.path].filter((part) => part !== "").join("."),
});
