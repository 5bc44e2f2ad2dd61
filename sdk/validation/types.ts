import { type JsonObject } from "../json";
import { type KubeClient } from "../kube";
import { type ComponentRef, type Phase, type Recipe } from "../recipe";
import { type Assertions } from "./assertions";

/**
 * How much of a cluster was real when a result was taken: `simulated` has no kubelet, `cluster` has one, `accelerator` ran on a device.
 * Nothing simulated ever counts as conformance.
 */
export type Tier = "simulated" | "cluster" | "accelerator";

/** One statement that a check tested, with what was seen. */
export interface Assertion {
  readonly name: string;
  /** `negative` asserts that something bad was refused. A check without one cannot fail for the right reason. */
  readonly control: "positive" | "negative";
  readonly passed: boolean;
  readonly expected: string;
  readonly observed: string;
}

/** `error`: the check could not decide. Treated as a failure wherever something is enforced. */
export type CheckStatus = "passed" | "failed" | "error" | "skipped";

export interface CheckResult {
  readonly status: CheckStatus;
  readonly assertions: readonly Assertion[];
  /** Why it was skipped or could not decide. */
  readonly message?: string;
}

/** What validation reads of a recipe. A whole {@link Recipe} fits; values and manifests need not travel. */
export interface RecipeUnderTest extends Pick<Recipe, "criteria" | "constraints" | "validation"> {
  readonly componentRefs: readonly Pick<ComponentRef, "name" | "namespace" | "expectedResources">[];
}

export interface CheckContext {
  readonly kube: KubeClient;
  readonly recipe: RecipeUnderTest;
  /** Pinned images of the lock, `reference` → `sha256:…`. */
  readonly images: Readonly<Record<string, string>>;
  readonly tier: Tier;
  /** The check's own namespace; made before `run`, removed after it, whatever happens. */
  readonly namespace: string;
  /** Owner reference to that namespace. A cluster-scoped object that carries it is removed with the namespace. */
  readonly owner: JsonObject;
  /** What was asserted so far; kept when the check throws or runs out of time. */
  readonly assertions: Assertions;
  /** Aborted on timeout and on interrupt. */
  readonly signal: AbortSignal;
  /** Progress, for people. */
  readonly log: (line: string) => void;
}

/** A permission that a check needs, in RBAC terms. */
export interface Permission {
  readonly apiGroup: string;
  /** Plural; `pods/ephemeralcontainers` for a subresource. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

export interface Check {
  /** Name by which recipes call it. */
  readonly name: string;
  readonly phase: Phase;
  readonly description: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** API groups/versions that the cluster must serve, such as `resource.k8s.io/v1`; otherwise the check is an error. */
  readonly needs: readonly string[];
  readonly permissions: readonly Permission[];
  run(ctx: CheckContext): Promise<CheckResult>;
}

/** A check that was run, or a constraint that was compared. */
export interface Outcome extends CheckResult {
  readonly name: string;
  readonly kind: "check" | "constraint";
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Milliseconds since the epoch. */
  readonly stop: number;
}
