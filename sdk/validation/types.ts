import { type KubeClient } from "../kube";
import { type Phase, type Recipe } from "../recipe";

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

export interface CheckContext {
  readonly kube: KubeClient;
  readonly recipe: Recipe;
  /** Pinned images of the lock, `reference` → `sha256:…`. */
  readonly images: Readonly<Record<string, string>>;
  readonly tier: Tier;
  /** The check's own namespace; made before `run`, removed after it, whatever happens. */
  readonly namespace: string;
  /** Aborted on timeout and on interrupt. */
  readonly signal: AbortSignal;
  /** Progress, for people. */
  readonly log: (line: string) => void;
}

/** A permission that a check needs, in RBAC terms. */
export interface Permission {
  readonly apiGroup: string;
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
