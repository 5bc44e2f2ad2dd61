import { stripVTControlCharacters } from "node:util";
import { type EngineEvent, type Operation } from "../engine";
import { type DeploymentRecord } from "./closing";
import { type Style } from "./style";
import { about, type EventOf, QUIET, STEPS } from "./steps";

/** Collects what an engine tells and writes it for people, line by line. Pure: what is written goes to `line`. */
export class DeploymentLog implements DeploymentRecord {
  readonly steps: EventOf<"step-done">[] = [];
  readonly failures: EventOf<"step-failed">[] = [];
  readonly policies: EventOf<"policy">[] = [];
  readonly diagnostics: EventOf<"diagnostic">[] = [];
  engine: EventOf<"engine"> | undefined;
  private readonly running = new Map<string, { readonly since: number; note: string }>();

  constructor(
    readonly operation: Operation,
    private readonly style: Style,
    private readonly line: (text: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  add(event: EngineEvent): void {
    this.tell("message" in event ? { ...event, message: readable(event.message) } : event);
  }

  private tell(event: EngineEvent): void {
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
        return this.line(`  ${this.style.bad("✗")} ${about(event.urn)}: ${this.style.bad(event.message)}`);
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
    if (first === undefined) return this.steps.length === 0 ? "starting the program" : "";
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
    this.line(`  ${this.style[tone](mark)} ${about(event.urn)}${changed}${seconds}`);
  }

  private diagnostic(event: EventOf<"diagnostic">): void {
    this.diagnostics.push(event);
    const tone = event.severity === "error" ? "bad" : event.severity === "warning" ? "warn" : "faint";
    const text = event.message.trimEnd().replaceAll("\n", "\n    ");
    this.line(this.style[tone](`  ${event.urn === undefined ? "" : `${about(event.urn)}: `}${text}`));
  }
}

const ENGINES = {
  embedded: (version: string) => `Engine: Cairn's own, with Pulumi SDK ${version}`,
  pulumi: (version: string) => `Engine: Pulumi CLI ${version}`,
} as const;

/** Messages come from programs and clusters: no escape sequences, and of a stack only the user's own lines. */
function readable(message: string): string {
  const foreign = /^\s+at .*(node_modules|node:)/;
  return stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => !foreign.test(line))
    .join("\n");
}
