import { CairnError } from "../errors";
import { connect, type KubeClient } from "../kube";
import { type Phase, type PhaseSpec } from "../recipe";
import { withDeadline } from "./abort";
import { BUILTIN_CHECKS } from "./checks";
import { evaluateConstraints } from "./constraints";
import { toCtrf, type PhaseReport } from "./ctrf";
import { parseDuration } from "../duration";
import { nearest } from "../nearest";
import { missingPermissions } from "./permissions";
import { runCheck } from "./run-check";
import { removeAbandoned, SANDBOX_PERMISSIONS } from "./sandbox";
import { snapshot, type Snapshot } from "./snapshot";
import { summarise } from "./summary";
import { weakerTier } from "./tier";
import { type Check, type CheckStatus, type Outcome, type RecipeUnderTest, type Tier } from "./types";

/** Where a phase runs, and what it tests. */
export interface PhaseOptions {
  /** The cluster: a client, or a kubeconfig's text. */
  readonly cluster: { readonly kube: KubeClient } | { readonly kubeconfig: string };
  readonly recipe: RecipeUnderTest;
  /** Pinned images of the lock, `reference` → `sha256:…`. */
  readonly images: Readonly<Record<string, string>>;
  readonly phase: Phase;
  /** What no Kubernetes API shows, by the path that constraints use. It is recorded in the snapshot as declared. @default nothing */
  readonly declared?: Readonly<Record<string, string>>;
  /** A weaker tier than the nodes show; a stronger one is not believed. @default what the nodes show */
  readonly tier?: Tier;
  /** Where the names in the recipe are looked up. @default {@link BUILTIN_CHECKS} */
  readonly checks?: readonly Check[];
  /** Aborting it stops the running check, removes what it made, and rejects. */
  readonly signal?: AbortSignal;
  /** Progress, for people. */
  readonly log?: (line: string) => void;
}

/** What a phase found. Plain data. */
export interface PhaseResult {
  readonly phase: Phase;
  readonly tier: Tier;
  /** The worst of its outcomes; `skipped` when the recipe asks nothing of this phase. */
  readonly status: CheckStatus;
  /** Constraints first, then checks, each by name. */
  readonly outcomes: readonly Outcome[];
  readonly snapshot: Snapshot;
  /** The same as a CTRF report. */
  readonly ctrf: PhaseReport;
  /** For people: one line, then one for each thing that did not pass. */
  readonly summary: string;
}

/**
 * Compares a phase's constraints with the cluster and runs its checks, one after the other, by name. What cannot be evaluated fails. The
 * readiness phase takes the recipe's own constraints too.
 *
 * @throws CairnError `CHECK_UNKNOWN` for a check that is not in `checks` or belongs to another phase: before anything is touched.
 * @throws CairnError `VALIDATION_INTERRUPTED` when `signal` is aborted: after everything that was made has been removed.
 *
 * @example
 * const result = await runPhase({ cluster: { kubeconfig }, recipe, images, phase: "conformance" });
 * if (result.status !== "passed") throw new Error(result.summary);
 */
export async function runPhase(options: PhaseOptions): Promise<PhaseResult> {
  const spec = options.recipe.validation[options.phase] ?? { constraints: [], checks: [] };
  const checks = selectChecks(spec.checks, options.phase, options.checks ?? BUILTIN_CHECKS);
  const { cluster, signal = new AbortController().signal } = options;
  const kube = "kube" in cluster ? cluster.kube : connect(cluster.kubeconfig);
  try {
    return await runOn(kube, { ...options, signal }, spec, checks);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CairnError("VALIDATION_INTERRUPTED", `the ${options.phase} phase was interrupted`, {
      kind: "interrupted",
      cause: error,
    });
  } finally {
    if (!("kube" in cluster)) await kube.close();
  }
}

async function runOn(
  kube: KubeClient,
  options: PhaseOptions & { readonly signal: AbortSignal },
  spec: PhaseSpec,
  checks: readonly Check[],
): Promise<PhaseResult> {
  const { phase, recipe, images, signal, log = () => undefined } = options;
  const start = Date.now();
  const { declared = {} } = options;
  const found = { ...(await snapshot(kube, signal)), ...(Object.keys(declared).length > 0 && { declared }) };
  const tier = weakerTier(options.tier ?? found.tier, found.tier);
  const inherited = phase === "readiness" ? recipe.constraints : [];
  const compared = byName(evaluateConstraints([...inherited, ...spec.constraints], found));
  const ran = await runChecks(checks, { kube, recipe, images, tier, signal, log }, spec.timeout);
  const outcomes = [...compared, ...ran];
  const result = { phase, tier, status: worst(outcomes), outcomes, snapshot: found };
  return { ...result, ctrf: toCtrf(result, { start, stop: Date.now() }), summary: summarise(result) };
}

async function runChecks(
  checks: readonly Check[],
  inputs: Parameters<typeof runCheck>[1],
  timeout: string | undefined,
): Promise<readonly Outcome[]> {
  if (checks.length === 0) return [];
  const { kube, log } = inputs;
  const signal =
    timeout === undefined
      ? inputs.signal
      : withDeadline(inputs.signal, parseDuration(timeout), `the phase's ${timeout} were over`);
  await prepare(kube, inputs.signal, log);
  const cleaned: Promise<Outcome>[] = [];
  for (const check of checks) {
    if (inputs.signal.aborted) break;
    log(`${check.name}: ${check.description}`);
    const { ran, cleaned: done } = await runCheck(check, { ...inputs, signal });
    log(`${check.name}: ${ran.status}`);
    cleaned.push(done);
  }
  const outcomes = await Promise.all(cleaned);
  inputs.signal.throwIfAborted();
  return outcomes;
}

async function prepare(kube: KubeClient, signal: AbortSignal, log: (line: string) => void): Promise<void> {
  const missing = await missingPermissions(kube, SANDBOX_PERMISSIONS, signal);
  if (missing.length > 0)
    throw new CairnError("PERMISSION_MISSING", `no permission to ${missing.join(", ")}`, {
      kind: "could-not-check",
      hint: "every check runs in a namespace of its own: use a kubeconfig that may create one",
    });
  const removed = await removeAbandoned(kube, signal);
  if (removed.length > 0) log(`removed what an earlier run left: ${removed.join(", ")}`);
}

function selectChecks(names: readonly string[], phase: Phase, known: readonly Check[]): readonly Check[] {
  const ofPhase = known.filter((check) => check.phase === phase);
  const selected = ofPhase.filter((check) => names.includes(check.name));
  const unknown = names.filter((name) => !selected.some((check) => check.name === name));
  if (unknown.length === 0) return byName(selected);
  const candidates = ofPhase.map((check) => check.name);
  const findings = unknown.map((name) => ({
    message: `there is no check "${name}" in the ${phase} phase`,
    path: `validation.${phase}.checks`,
    hint: `nearest: ${nearest(name, candidates).join(", ") || "none"}`,
  }));
  throw new CairnError("CHECK_UNKNOWN", `the recipe names ${unknown.length} check(s) that Cairn does not have`, {
    findings,
    hint: "correct the name, or pass the check to runPhase (docs/validation.md)",
  });
}

/** From best to worst. */
const SEVERITY: readonly CheckStatus[] = ["skipped", "passed", "error", "failed"];

function worst(outcomes: readonly Outcome[]): CheckStatus {
  const rank = Math.max(0, ...outcomes.map((o) => SEVERITY.indexOf(o.status)));
  return SEVERITY[rank] ?? "error";
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
