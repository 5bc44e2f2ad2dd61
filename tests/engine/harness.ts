import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EngineEvent, type Operation, type OperationResult, run, type RunOptions } from "@cairn/sdk/engine";
import { type Entry, type Scenario } from "./scenario";

const programs = path.resolve(__dirname, "..", "..", "engine", "programs");
export const PASSPHRASE = "a passphrase for tests";

export interface Outcome extends OperationResult {
  readonly events: readonly EngineEvent[];
}

interface Deployment {
  readonly version: number;
  readonly deployment: {
    readonly manifest: { readonly version: string; readonly magic: string };
    readonly secrets_providers: { readonly type: string; readonly state: { readonly salt: string } };
    readonly resources: readonly SavedResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: SavedResource }[];
  };
}

export interface SavedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A stack of one of the test programs, with its state in a directory of its own. */
export class Stack {
  readonly directory: string;
  readonly log: string;
  readonly env: Record<string, string>;

  constructor(readonly program = "scenario") {
    this.directory = mkdtempSync(path.join(tmpdir(), "cairn-engine-"));
    this.log = path.join(this.directory, "log");
    writeFileSync(this.log, "");
    this.env = {
      PULUMI_BACKEND_URL: `file://${this.directory}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      RECORD: path.join(programs, "scenario", "record.js"),
      LOG: this.log,
    };
  }

  get programDirectory(): string {
    return path.join(programs, this.program);
  }

  async run(operation: Operation, scenario: Scenario = {}, options: Partial<RunOptions> = {}): Promise<Outcome> {
    const events: EngineEvent[] = [];
    const result = await run({
      operation,
      directory: this.programDirectory,
      stack: "test",
      ...options,
      env: { ...this.env, SCENARIO: JSON.stringify(scenario), ...options.env },
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    return { ...result, events };
  }

  up(resources: readonly Entry[], options: Partial<RunOptions> = {}): Promise<Outcome> {
    return this.run("up", { resources }, options);
  }

  preview(resources: readonly Entry[], options: Partial<RunOptions> = {}): Promise<Outcome> {
    return this.run("preview", { resources }, options);
  }

  get stateFile(): string {
    return path.join(this.directory, ".cairn", "state", this.program, "test.json");
  }

  get stateText(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  get state(): Deployment["deployment"] {
    return (JSON.parse(this.stateText) as Deployment).deployment;
  }

  saved(name: string): SavedResource {
    const found = this.state.resources.find((resource) => resource.urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`${name} is not in the state`);
    return found;
  }

  names(): string[] {
    return this.state.resources.map((resource) => resource.urn.slice(resource.urn.lastIndexOf("::") + 2));
  }

  /** What the provider did and finished, in order; starts are left out. */
  calls(): string[] {
    return this.lines().filter((line) => !line.includes(":start"));
  }

  lines(): string[] {
    return readFileSync(this.log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  }

  forgetCalls(): void {
    writeFileSync(this.log, "");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The last name in a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Steps that ended well, as `op name`. */
export function steps(outcome: Outcome): string[] {
  return outcome.events.flatMap((event) => (event.type === "step-done" ? [`${event.op} ${nameOf(event.urn)}`] : []));
}
