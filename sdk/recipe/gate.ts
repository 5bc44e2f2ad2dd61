import { type JsonObject } from "../json";
import { lazyParseGate } from "./lazy";
import { type RecipeFile } from "./types";

/**
 * One step of a `readiness.yaml`. The tree names its objects by `metadata.name`, else by `metadata.labels`, else all of the kind in the
 * namespace. `assert` holds when there is such an object and every one fits the tree; `error` holds when none fits.
 */
export type GateStep = { readonly assert: JsonObject } | { readonly error: JsonObject };

/** A parsed `readiness.yaml`. */
export interface Gate {
  /** Milliseconds. */
  readonly timeout: number;
  readonly steps: readonly GateStep[];
}

/** For a component that has expected resources and no file. */
export const DEFAULT_GATE_TIMEOUT_MS = 5 * 60_000;

/** What stands in parentheses, if a key of a gate's tree does: a JMESPath expression. */
export function expressionOf(key: string): string | undefined {
  return /^\((.*)\)$/s.exec(key)?.[1];
}

/**
 * Reads a component's `readiness.yaml`.
 *
 * @throws CairnError `GATE_INVALID` with every finding and its line; a malformed JMESPath expression is found here, not on the cluster
 * @example
 * const { steps } = parseGate(component.readiness);
 */
export function parseGate(file: RecipeFile): Gate {
  return lazyParseGate().parseGateFile(file);
}
