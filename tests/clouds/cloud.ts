import * as fs from "node:fs";
import * as path from "node:path";
import { type EngineEvent, type Operation, type OperationResult, run, type RunOptions } from "@cairn/sdk/engine";
import { stringify } from "yaml";
import { tempDir } from "../support";

const ROOT = path.resolve(__dirname, "../../..");
const PROGRAMS = path.join(ROOT, "tests/clouds/programs");
const COMPILED = path.join(ROOT, "tests/dist/clouds/programs");
const PLUGIN = path.join(PROGRAMS, "mock-cloud/pulumi-resource-mock");

export interface Outcome extends OperationResult {
  readonly events: readonly EngineEvent[];
  /** Steps that ended well and changed something, as `op name`. */
  readonly steps: readonly string[];
}

/** A resource as the state file has it. */
export interface Saved {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
}

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Neither a component nor a provider. */
const isInCloud = (urn: string): boolean => !/(^|\$)(cairn|pulumi):[^$]*$/.test(urn.split("::")[2] ?? "");

/** One of the programs, in a folder of its own, with a cloud on this machine behind the packages that it uses. */
export class Cloud {
  private readonly home = tempDir("cloud");
  private readonly cloud = path.join(this.home, "cloud");
  /** Of the log, which is never cleared: the cloud may be writing to it. */
  private linesRead = 0;
  readonly directory: string;
  readonly stateFile: string;
  /** Of the program, beside `settings`. */
  readonly config: Record<string, string> = {};

  constructor(
    readonly program: string,
    packages: readonly string[],
  ) {
    this.directory = path.join(this.home, program);
    this.stateFile = path.join(this.directory, ".cairn/state", program, "test.json");
    for (const of of [PROGRAMS, COMPILED]) fs.cpSync(path.join(of, program), this.directory, { recursive: true });
    fs.copyFileSync(path.join(COMPILED, "facts.js"), path.join(this.home, "facts.js"));
    // Packages are found from the copy as from the project.
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(this.home, "node_modules"));
    for (const folder of ["bin", "cloud/resources", "cloud/gone"])
      fs.mkdirSync(path.join(this.home, folder), { recursive: true });
    for (const name of packages) fs.symlinkSync(PLUGIN, path.join(this.bin, `pulumi-resource-${name}`));
  }

  /** Programs that the cluster's program and its providers find. */
  get bin(): string {
    return path.join(this.home, "bin");
  }

  get env(): Readonly<Record<string, string>> {
    return {
      PATH: `${this.bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      CAIRN_TEST_CLOUD: this.cloud,
    };
  }

  /** What an engine is started with. */
  options(operation: Operation, settings: object): RunOptions {
    const config = Object.fromEntries(
      Object.entries({ ...this.config, settings }).map(([key, value]) => [`${this.program}:${key}`, value]),
    );
    fs.writeFileSync(path.join(this.directory, "Pulumi.test.yaml"), stringify({ config }));
    return { operation, directory: this.directory, stack: "test", env: this.env };
  }

  async run(operation: Operation, settings: object): Promise<Outcome> {
    const events: EngineEvent[] = [];
    const result = await run({ ...this.options(operation, settings), onEvent: (event) => events.push(event) });
    const steps = events.flatMap((event) =>
      event.type === "step-done" && event.op !== "same" && isInCloud(event.urn)
        ? [`${event.op} ${nameOf(event.urn)}`]
        : [],
    );
    return { ...result, events, steps };
  }

  /** Has the cloud fail once. */
  fail(operation: "create" | "read" | "update" | "delete", name: string, message: string): void {
    this.order(`fail ${operation} ${name}`, message);
  }

  /** Has the cloud think about a creation for so many milliseconds, once. */
  delay(name: string, milliseconds: number): void {
    this.order(`delay ${name}`, String(milliseconds));
  }

  /** From now on fields come back as clouds rewrite them. */
  later(): void {
    this.order("later", "");
  }

  /** Outputs that the cloud gives its cluster. */
  answer(answers: object): void {
    this.order("answers", JSON.stringify(answers));
  }

  private order(text: string, content: string): void {
    fs.writeFileSync(path.join(this.cloud, encodeURIComponent(text)), content);
  }

  /** Puts a program where the cluster's program and its providers find programs. */
  standIn(name: string, script: string): void {
    fs.writeFileSync(path.join(this.bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** What the cloud did, as `create train`, in order, since the last call. */
  log(): readonly string[] {
    const file = path.join(this.cloud, "log");
    const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    const fresh = lines.slice(this.linesRead);
    this.linesRead = lines.length;
    return fresh;
  }

  /** Names of what is in the cloud. */
  names(): readonly string[] {
    const folder = path.join(this.cloud, "resources");
    const resources = fs.readdirSync(folder).map((file) => {
      const { type, name } = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as Record<string, string>;
      return `${type} ${name}`;
    });
    return resources.sort();
  }

  get stateText(): string {
    return fs.readFileSync(this.stateFile, "utf8");
  }

  get saved(): readonly Saved[] {
    const { deployment } = JSON.parse(this.stateText) as { deployment: { resources?: readonly Saved[] } };
    return deployment.resources ?? [];
  }
}
