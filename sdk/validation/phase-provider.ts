import { CairnError } from "../errors";
import { type Phase } from "../recipe";
import { runPhase } from "./runner";
import { type RecipeUnderTest } from "./types";

/** Inputs of the `ValidationPhase` resource, as its provider gets them. */
export interface PhaseInputs {
  readonly phase: Phase;
  readonly recipe: RecipeUnderTest;
  readonly images: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  /** What only the cloud's API knows, by the path that constraints use. */
  readonly declared?: Readonly<Record<string, string>>;
  readonly recipeDigest: string;
  readonly lockDigest: string;
  readonly clusterIdentity: string;
  readonly failureMode: "fail" | "report";
}

/** What decides whether a result is still good. */
const SUBJECT = ["phase", "recipeDigest", "lockDigest", "clusterIdentity", "failureMode"] as const;

/** Outputs: small, and without anything secret. */
export interface PhaseOutputs extends Pick<PhaseInputs, (typeof SUBJECT)[number]> {
  readonly status: string;
  readonly tier: string;
  readonly summary: string;
  /** CTRF report, as JSON text. */
  readonly ctrf: string;
  /** Snapshot of the cluster, as JSON text. */
  readonly snapshot: string;
}

/** Whether the phase must run again: it is about something else now, or it did not pass. */
export function phaseChanged(before: PhaseOutputs, now: PhaseInputs): boolean {
  return before.status === "failed" || before.status === "error" || SUBJECT.some((key) => before[key] !== now[key]);
}

/** What the `ValidationPhase` resource does. */
export const phaseProvider = {
  create: async (inputs: PhaseInputs) => ({ id: inputs.phase, outs: await validatePhase(inputs) }),
  diff: (_id: string, olds: PhaseOutputs, news: PhaseInputs) => Promise.resolve({ changes: phaseChanged(olds, news) }),
  update: async (_id: string, _olds: PhaseOutputs, news: PhaseInputs) => ({ outs: await validatePhase(news) }),
};

/**
 * Runs a phase for the `ValidationPhase` resource. An interrupt or a termination signal stops it, and it cleans up first.
 *
 * @throws CairnError `VALIDATION_FAILED` with every failed assertion, unless `failureMode` is `report`.
 */
async function validatePhase(inputs: PhaseInputs): Promise<PhaseOutputs> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.once(name, stop);
  try {
    const { kubeconfig, recipe, images, phase, declared = {} } = inputs;
    const cluster = { kubeconfig };
    const result = await runPhase({ cluster, recipe, images, phase, declared, signal: interrupt.signal });
    const { status, tier, summary } = result;
    if (inputs.failureMode === "fail" && (status === "failed" || status === "error"))
      throw new CairnError("VALIDATION_FAILED", summary, {
        kind: "check-failed",
        hint: "mend what failed and run `cairn up` again",
      });
    const { recipeDigest, lockDigest, clusterIdentity, failureMode } = inputs;
    const subject = { phase, recipeDigest, lockDigest, clusterIdentity, failureMode };
    const reports = { ctrf: JSON.stringify(result.ctrf), snapshot: JSON.stringify(result.snapshot) };
    return { ...subject, status, tier, summary, ...reports };
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
