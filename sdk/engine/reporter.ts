import { CairnError, messageOf } from "../errors";
import { type JsonValue } from "../json";
import { type EngineEvent, type StepOp } from "./types";
import { REDACTED, secretTexts } from "./wire";

/** Sends events on, with every secret that it has heard of blotted out, and keeps what the result needs: counts and errors. */
export class Reporter {
  readonly changes: { [Op in StepOp]?: number } = {};
  readonly errors: string[] = [];
  private readonly secrets = new Set<string>();

  constructor(private readonly onEvent: (event: EngineEvent) => void) {}

  /** No text that is secret in this value may be shown. */
  learn(value: JsonValue): void {
    for (const text of secretTexts(value)) this.secrets.add(text);
  }

  private blot(text: string): string {
    let result = text;
    for (const secret of this.secrets) result = result.replaceAll(secret, REDACTED);
    return result;
  }

  emit(event: EngineEvent): void {
    this.onEvent("message" in event ? { ...event, message: this.blot(event.message) } : event);
  }

  error(message: string): void {
    this.errors.push(this.blot(message));
  }

  diagnostic(severity: "info" | "warning" | "error", message: string, urn?: string): void {
    if (severity === "error") this.error(message);
    this.emit({ type: "diagnostic", severity, message, ...(urn === undefined || urn === "" ? {} : { urn }) });
  }

  /** Runs a step between its events. A failure is reported here and thrown on. */
  async step<Result>(urn: string, op: StepOp, run: () => Promise<Result>, diff?: readonly string[]): Promise<Result> {
    const start = performance.now();
    this.emit({ type: "step-started", urn, op });
    try {
      const result = await run();
      this.done(urn, op, (performance.now() - start) / 1000, diff);
      return result;
    } catch (error) {
      throw this.failed(urn, op, error);
    }
  }

  done(urn: string, op: StepOp, seconds: number, diff?: readonly string[]): void {
    this.count(op);
    this.emit({ type: "step-done", urn, op, seconds, ...(diff === undefined ? {} : { diff }) });
  }

  count(op: StepOp): void {
    this.changes[op] = (this.changes[op] ?? 0) + 1;
  }

  /** Reports a failed step, once. */
  failed(urn: string, op: StepOp, error: unknown): ReportedFailure {
    if (error instanceof ReportedFailure) return error;
    const message = error instanceof CairnError ? error.message : messageOf(error);
    this.error(`${urn}: ${message}`);
    this.emit({ type: "step-failed", urn, op, message });
    return new ReportedFailure(message);
  }
}

/** A failure that events and result have already. */
export class ReportedFailure extends Error {}
