import { type EngineEvent, type Operation, type OperationResult, type StepOp } from "../engine";
import { type Style } from "./style";
import { countText, type EventOf, isUnchanged, partsOf, QUIET, STEPS } from "./steps";

/** Collects what an engine tells and writes it for people, line by line. Pure: what is written goes to `line`. */
export class DeploymentLog {
  readonly steps: EventOf<"step-done">[] = [];
  readonly failures: EventOf<"step-failed">[] = [];
  readonly policies: EventOf<"policy">[] = [];
  readonly diagnostics: EventOf<"diagnostic">[] = [];
  engine: EventOf<"engine"> | undefined;
  private readonly running = new Map<string, { readonly since: number; note: string }>();

  constructor(
    private readonly operation: Operation,
    private readonly style: Style,
    private readonly line: (text: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  add(event: EngineEvent): void {
    switch (event.type) {
      case "engine":
        this.engine = event;
        return this.line(this.style.faint(`${ENGINES[event.engine](event.version)}`));
      case "pending":
        return this.line(this.style.warn(`! ${about(event.urn)}: ${event.message}`));
      case "step-started":
        this.running.set(event.urn, { since: this.now(), note: "" });
        return;
      case "progress": {
        const step = this.running.get(event.urn);
        if (step) step.note = event.message;
        return;
      }
      case "step-done":
        return this.done(event);
      case "step-failed":
        this.running.delete(event.urn);
        this.failures.push(event);
        return this.line(
          `${indent(event.urn)}${this.style.bad("✗")} ${about(event.urn)}: ${this.style.bad(event.message)}`,
        );
      case "policy":
        this.policies.push(event);
        return;
      case "diagnostic":
        return this.diagnostic(event);
      case "summary":
        return;
    }
  }

  /** What is going on now, for a live line. */
  status(): string {
    const [first] = this.running;
    if (first === undefined) return "";
    const [urn, { since, note }] = first;
    const seconds = Math.round((this.now() - since) / 1000);
    const others = this.running.size > 1 ? ` and ${this.running.size - 1} more` : "";
    return `${about(urn)}${others} (${seconds} s)${note === "" ? "" : `: ${note}`}`;
  }

  private done(event: EventOf<"step-done">): void {
    this.running.delete(event.urn);
    this.steps.push(event);
    if (QUIET.has(event.op)) return;
    const { mark, tone } = STEPS[event.op];
    const changed = event.diff?.length ? this.style.faint(` [${event.diff.join(", ")}]`) : "";
    const seconds = event.seconds >= 0.1 ? this.style.faint(`  ${event.seconds.toFixed(1)} s`) : "";
    this.line(`${indent(event.urn)}${this.style[tone](mark)} ${about(event.urn)}${changed}${seconds}`);
  }

  private diagnostic(event: EventOf<"diagnostic">): void {
    this.diagnostics.push(event);
    const tone = event.severity === "error" ? "bad" : event.severity === "warning" ? "warn" : "faint";
    const text = event.message.trimEnd().replaceAll("\n", "\n    ");
    this.line(this.style[tone](`  ${event.urn === undefined ? "" : `${about(event.urn)}: `}${text}`));
  }

  /** Violations by policy, then outputs, then one line that sums up. */
  close(result: OperationResult): void {
    this.closePolicies();
    this.closeOutputs(result);
    this.line("");
    this.line(this.verdict(result));
  }

  private closePolicies(): void {
    const groups = new Map<string, EventOf<"policy">[]>();
    for (const event of this.policies) {
      const title = `${event.policy} (${event.level}, pack ${event.pack})`;
      groups.set(title, [...(groups.get(title) ?? []), event]);
    }
    if (groups.size > 0) this.line(`\n${this.style.strong("Policies")}`);
    for (const [title, violations] of groups) {
      const tone = violations[0]?.level === "advisory" ? "warn" : "bad";
      this.line(`  ${this.style[tone](tone === "bad" ? "✗" : "!")} ${title}`);
      // The description of the policy heads every message of it.
      const messages = violations.map(({ message }) => message.split("\n"));
      const [description] = messages[0] ?? [];
      const shared = messages.every((lines) => lines.length > 1 && lines[0] === description);
      if (shared) this.line(`    ${this.style.faint(description ?? "")}`);
      for (const lines of messages) this.line(`    ${(shared ? lines.slice(1) : lines).join("\n    ")}`);
    }
  }

  private closeOutputs({ outputs }: OperationResult): void {
    const entries = Object.entries(outputs);
    if (entries.length === 0) return;
    this.line(`\n${this.style.strong("Outputs")}`);
    const width = Math.max(...entries.map(([name]) => name.length));
    for (const [name, value] of entries) {
      const text = value === undefined ? "(known after up)" : typeof value === "string" ? value : JSON.stringify(value);
      this.line(`  ${name.padEnd(width)}  ${text.trimEnd().replaceAll("\n", `\n  ${" ".repeat(width)}  `)}`);
    }
  }

  private verdict(result: OperationResult): string {
    const seconds = `in ${result.seconds.toFixed(1)} s`;
    const counts = countText(result.changes, this.operation);
    if (isUnchanged(result)) {
      const count = result.changes.same ?? result.resources;
      return `${this.style.good("✓")} ${this.operation}: unchanged, ${count} resources as they should be ${this.style.faint(seconds)}`;
    }
    if (result.ok) return `${this.style.good("✓")} ${this.operation}: ${counts} ${this.style.faint(seconds)}`;
    const outcome = this.isRefused() ? "refused by policy" : "failed";
    return [
      `${this.style.bad("✗")} ${this.operation} ${outcome}${counts === "" ? "" : `: ${counts}`} ${this.style.faint(seconds)}`,
      ...this.unsaid(result.errors).map((error) => `  ${error.replaceAll("\n", "\n  ")}`),
      `→ ${this.advice()}`,
    ].join("\n");
  }

  /** Errors that no line above has told. */
  private unsaid(errors: readonly string[]): readonly string[] {
    const said = [...this.failures, ...this.policies, ...this.diagnostics].map(({ message }) => message);
    return errors.filter((error) => !said.some((message) => error.includes(message) || message.includes(error)));
  }

  private isRefused(): boolean {
    return this.policies.some(({ level }) => level === "mandatory");
  }

  private advice(): string {
    if (this.isRefused()) return "mend what the policies name, then run the same command again";
    if (this.operation === "preview") return "mend the error above, then preview again";
    return `what was done is saved; mend the error above and run \`cairn ${this.operation}\` again to go on`;
  }
}

const ENGINES = {
  embedded: (version: string) => `Engine: Cairn's own, with Pulumi SDK ${version}`,
  pulumi: (version: string) => `Engine: Pulumi CLI ${version}`,
} as const;

function about(urn: string): string {
  const { kind, name } = partsOf(urn);
  return `${kind} ${name}`;
}

const indent = (urn: string): string => "  ".repeat(partsOf(urn).depth + 1);

/** The same for machines. */
export function deploymentDocument(
  log: DeploymentLog,
  operation: Operation,
  stack: string,
  result: OperationResult,
): object {
  const { ok, changes, outputs, resources, seconds, errors } = result;
  return {
    operation,
    stack,
    engine: log.engine && { name: log.engine.engine, version: log.engine.version },
    ok,
    unchanged: isUnchanged(result),
    changes,
    steps: log.steps
      .filter(({ op }) => !QUIET.has(op))
      .map(({ urn, op, seconds, diff }) => ({ urn, op: op satisfies StepOp, seconds, ...(diff && { diff }) })),
    failures: log.failures.map(({ urn, op, message }) => ({ urn, op, message })),
    policies: log.policies.map(({ urn, pack, policy, level, message }) => ({ urn, pack, policy, level, message })),
    outputs,
    resources,
    seconds,
    errors,
  };
}
