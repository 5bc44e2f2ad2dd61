import { CairnError } from "../../errors";
import { connect } from "../../kube";
import { PHASES, type Phase } from "../../recipe";
import { runPhase, type CheckStatus, type PhaseResult } from "../../validation";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { readKubeconfig } from "../files";
import { lockedRecipeOf } from "../locked";
import { type RecipeSelection } from "../options";
import { Ticker } from "../ticker";

export interface ValidateOptions extends RecipeSelection {
  readonly cwd: string;
  readonly kubeconfig?: string;
  readonly phase?: readonly Phase[];
}

/** An error is a question without an answer, and so is a phase of which everything was skipped. */
const EXITS: Readonly<Record<CheckStatus, ExitCode>> = {
  passed: EXIT.ok,
  skipped: EXIT.ok,
  failed: EXIT.checkFailed,
  error: EXIT.couldNotCheck,
};

/** `cairn validate`. */
export async function run(options: ValidateOptions, cli: Cli): Promise<ExitCode> {
  const kubeconfig = readKubeconfig(options.kubeconfig, cli);
  const { recipe, images } = await lockedRecipeOf(options, cli);
  const phases = PHASES.filter((phase) => options.phase?.includes(phase) ?? recipe.validation[phase] !== undefined);
  if (phases.length === 0)
    throw new CairnError("NOTHING_TO_VALIDATE", "the recipe has no checks", {
      hint: "`cairn recipe` shows what it has",
    });

  const results: PhaseResult[] = [];
  let doing = "connecting";
  const ticker = new Ticker(cli.stderr, () => doing);
  const kube = connect(kubeconfig);
  try {
    for (const phase of phases) {
      const log = (line: string): void => void (doing = line);
      const result = await runPhase({ cluster: { kube }, recipe, images, phase, signal: cli.signal, log });
      ticker.clear();
      cli.line(phaseText(result, cli));
      results.push(result);
    }
  } finally {
    ticker.stop();
    await kube.close();
  }
  await cli.print(resultsDocument(results), () => "");
  return worst(results);
}

/** What `cairn evidence emit --results` reads. */
function resultsDocument(results: readonly PhaseResult[]): object {
  return {
    apiVersion: "cairn.dev/v1",
    kind: "ValidationResults",
    snapshot: results.at(-1)?.snapshot,
    phases: results.map(({ phase, tier, status, outcomes, ctrf }) => ({ phase, tier, status, outcomes, ctrf })),
  };
}

function phaseText({ status, summary }: PhaseResult, { style }: Cli): string {
  const good = status === "passed" || status === "skipped";
  return `${good ? style.good("✓") : style.bad("✗")} ${summary}`;
}

function worst(results: readonly PhaseResult[]): ExitCode {
  const exits = results.map(({ status }) => EXITS[status]);
  return exits.find((exit) => exit === EXIT.checkFailed) ?? exits.find((exit) => exit !== EXIT.ok) ?? EXIT.ok;
}
