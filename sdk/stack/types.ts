import { type JsonObject } from "../json";

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
  /** sha256 of the locked chart archive; absent for a component made of manifests only. */
  readonly chartDigest?: string;
  /** `repository:tag@sha256:…`, sorted. */
  readonly images: readonly string[];
  /** Signature status of each entry of `images`, as the lock has it. */
  readonly signatures: Readonly<Record<string, "verified" | "unverified" | "none">>;
}

/** One step of a `readiness.yaml`: the tree must hold for some selected object (`assert`) or for none (`error`). */
export type GateStep = { readonly assert: JsonObject } | { readonly error: JsonObject };

/** A parsed `readiness.yaml`. */
export interface Gate {
  /** Milliseconds. */
  readonly timeout: number;
  readonly steps: readonly GateStep[];
}
