import { type JsonObject } from "../json";
import { type ExpectedResource, type Gate } from "../recipe";

/** Type token of the component that stands for one component of the recipe. */
export const STACK_COMPONENT = "cairn:stack:Component";

/**
 * Registered inputs of a `cairn:stack:Component`. Plain data that is known when the program is constructed, so that policies see every
 * image at the first preview, before a cluster or a provider exists.
 */
export interface StackComponentInputs {
  readonly component: string;
  readonly namespace: string;
  readonly version?: string;
  /** sha256 of the locked archive of its chart or kustomization; absent for a component made of manifests only. */
  readonly chartDigest?: string;
  /** `repository:tag@sha256:…`, sorted. */
  readonly images: readonly string[];
  /** Signature status of each entry of `images`, as the lock has it. */
  readonly signatures: Readonly<Record<string, "verified" | "unverified" | "none">>;
}

/** What a readiness gate watches. Plain data: it travels to the process of the dynamic provider. */
export interface GateInputs {
  readonly component: string;
  /** Where objects without a namespace of their own are looked for. */
  readonly namespace: string;
  readonly gate: Gate;
  /** Must exist and be healthy. */
  readonly expected: readonly ExpectedResource[];
  /** Of the component's objects: another digest makes the gate judge again. */
  readonly content: string;
  /** Changes when the cluster is another one. */
  readonly cluster: string;
  /** Secret. */
  readonly kubeconfig: string;
}

/** What a drain removes before what it depends on goes. */
export interface DrainInputs {
  /** `load-balancers`: also ingresses, gateways and the machines of an autoscaler. `volumes`: claims and their volumes. */
  readonly what: "load-balancers" | "volumes";
  /** Seconds until it gives up. */
  readonly timeout: number;
  /** Secret. */
  readonly kubeconfig: string;
}

/** What a destroy step runs before the component's objects go. */
export interface DestroyStepInputs {
  readonly component: string;
  /** Applied, waited for and removed: a chart's pre-delete Job and what it needs. */
  readonly manifest: JsonObject;
  /** Secret. */
  readonly kubeconfig: string;
}
