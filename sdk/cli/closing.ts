import { type Operation, type OperationResult } from "../engine";
import { countText, type EventOf, isUnchanged, QUIET } from "./steps";
import { type Style } from "./style";

/** What an engine told of one operation. */
export interface DeploymentRecord {
  readonly operation: Operation;
  readonly engine: EventOf<"engine"> | undefined;
  readonly steps: readonly EventOf<"step-done">[];
  readonly failures: readonly EventOf<"step-failed">[];
  readonly policies: readonly EventOf<"policy">[];
  readonly diagnostics: readonly EventOf<"diagnostic">[];
}

type Outcome = "done" | "unchanged" | "interrupted" | "refused" | "failed";

/** How each outcome is told, and what to do next. */
const OUTCOMES: Readonly<
  Record<Outcome, { readonly words: string; readonly next?: (operation: Operation) => string }>
> = {
  done: { words: "" },
  unchanged: { words: " unchanged" },
  interrupted: {
    words: " interrupted",
    next: (operation) => `what was done is saved; run \`cairn ${operation}\` again to go on`,
  },
  refused: { words: " refused by policy", next: () => "do what the policies say, then run the same command again" },
  failed: {
    words: " failed",
    next: (operation) =>
      operation === "preview"
        ? "mend the error above, then preview again"
        : `what was done is saved; mend the error above and run \`cairn ${operation}\` again to go on`,
  },
};

function outcomeOf({ policies }: DeploymentRecord, result: OperationResult, interrupted: boolean): Outcome {
  if (isUnchanged(result)) return "unchanged";
  if (result.ok) return "done";
  if (interrupted) return "interrupted";
  return policies.some(({ level }) => level === "mandatory") ? "refused" : "failed";
}

/** For people: violations by policy, outputs, then one line that sums up. */
export function closingText(
  record: DeploymentRecord,
  result: OperationResult,
  style: Style,
  interrupted = false,
): string {
  const outcome = outcomeOf(record, result, interrupted);
  return [
    ...policyLines(record, style),
    ...outputLines(result, style),
    ...verdictLines(record, result, outcome, style),
  ].join("\n");
}

function policyLines({ policies }: DeploymentRecord, style: Style): readonly string[] {
  const groups = new Map<string, EventOf<"policy">[]>();
  for (const event of policies) {
    const title = `${event.policy} (${event.level}, pack ${event.pack})`;
    groups.set(title, [...(groups.get(title) ?? []), event]);
  }
  const lines = [...groups].flatMap(([title, violations]) => violationLines(title, violations, style));
  return lines.length === 0 ? [] : ["", style.strong("Policies"), ...lines];
}

function violationLines(title: string, violations: readonly EventOf<"policy">[], style: Style): readonly string[] {
  const mark = violations[0]?.level === "advisory" ? style.warn("!") : style.bad("✗");
  // The description of the policy heads every message of it.
  const messages = violations.map(({ message }) => message.split("\n"));
  const [description = ""] = messages[0] ?? [];
  const shared = messages.every((lines) => lines.length > 1 && lines[0] === description);
  const told = messages.map((lines) => `    ${(shared ? lines.slice(1) : lines).join("\n    ")}`);
  return [`  ${mark} ${title}`, ...(shared ? [`    ${style.faint(description)}`] : []), ...told];
}

function outputLines({ outputs }: OperationResult, style: Style): readonly string[] {
  const entries = Object.entries(outputs);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  const lines = entries.map(([name, value]) => {
    const text = value === undefined ? "(known after up)" : typeof value === "string" ? value : JSON.stringify(value);
    return `  ${name.padEnd(width)}  ${text.trimEnd().replaceAll("\n", `\n  ${" ".repeat(width)}  `)}`;
  });
  return lines.length === 0 ? [] : ["", style.strong("Outputs"), ...lines];
}

function verdictLines(
  record: DeploymentRecord,
  result: OperationResult,
  outcome: Outcome,
  style: Style,
): readonly string[] {
  const { operation } = record;
  const { words, next } = OUTCOMES[outcome];
  const mark = result.ok ? style.good("✓") : style.bad("✗");
  const counts = outcome === "unchanged" ? steadyText(result) : countText(result.changes, operation);
  const seconds = style.faint(`in ${result.seconds.toFixed(1)} s`);
  const errors = outcome === "interrupted" ? [] : unsaid(record, result.errors);
  return [
    "",
    `${mark} ${operation}${words}${counts === "" ? "" : `: ${counts}`} ${seconds}`,
    ...errors.map((error) => `  ${error.replaceAll("\n", "\n  ")}`),
    ...(next ? [`→ ${next(operation)}`] : []),
  ];
}

function steadyText({ changes, resources }: OperationResult): string {
  const count = changes.same ?? resources;
  return count === 0 ? "there is nothing in this stack" : `all ${count} resources are as they should be`;
}

/** Errors that no line has told yet. */
function unsaid(record: DeploymentRecord, errors: readonly string[]): readonly string[] {
  const said = [...record.failures, ...record.policies, ...record.diagnostics].map(({ message }) => message);
  return errors.filter((error) => !said.some((message) => error.includes(message) || message.includes(error)));
}

/** The same for machines. */
export function deploymentDocument(record: DeploymentRecord, stack: string, result: OperationResult): object {
  const { ok, changes, outputs, resources, seconds, errors } = result;
  return {
    operation: record.operation,
    stack,
    engine: record.engine && { name: record.engine.engine, version: record.engine.version },
    ok,
    unchanged: isUnchanged(result),
    changes,
    steps: record.steps
      .filter(({ op }) => !QUIET.has(op))
      .map(({ urn, op, seconds, diff }) => ({ urn, op, seconds, ...(diff && { diff }) })),
    failures: record.failures.map(({ urn, op, message }) => ({ urn, op, message })),
    policies: record.policies.map(({ urn, pack, policy, level, message }) => ({ urn, pack, policy, level, message })),
    outputs,
    resources,
    seconds,
    errors,
  };
}
