import * as fs from "node:fs";
import { type AddressInfo } from "node:net";
import * as path from "node:path";
import { type EngineEvent, type Operation, type OperationResult, run, type RunOptions } from "@cairn/sdk/engine";
import { stringify } from "yaml";
import { tempDir } from "../support";
import { onEnd } from "../support/run";
import { MockCloud } from "./mock-cloud/mock-cloud";
import { openDoor, pluginScript } from "./mock-cloud/plugin";

const ROOT = path.resolve(__dirname, "../../..");
const PROGRAMS = path.join(ROOT, "tests/clouds/programs");

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

/** One of the programs, in a folder of its own, with a cloud in this process behind the packages that it uses. */
export class Cloud extends MockCloud {
  private readonly home = tempDir("cloud");
  private linesRead = 0;
  readonly directory: string;
  readonly stateFile: string;
  /** Of the program, beside the settings of its clusters. */
  readonly config: Record<string, string> = {};

  private constructor(readonly program: string) {
    super();
    this.directory = path.join(this.home, program);
    this.stateFile = path.join(this.directory, ".cairn/state", program, "test.json");
    fs.cpSync(path.join(PROGRAMS, program), this.directory, { recursive: true });
    fs.copyFileSync(path.join(PROGRAMS, "facts.js"), path.join(this.home, "facts.js"));
    // Packages are found from the copy as from the project.
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(this.home, "node_modules"));
    fs.mkdirSync(this.bin);
  }

  static async open(program: string, packages: readonly string[]): Promise<Cloud> {
    const cloud = new Cloud(program);
    cloud.playsClusters = packages.includes("kubernetes");
    const door = await openDoor(cloud);
    onEnd(() => void door.close());
    const { port } = door.address() as AddressInfo;
    for (const name of packages) cloud.script(`pulumi-resource-${name}`, pluginScript(name, port));
    return cloud;
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
    };
  }

  /** What an engine is started with. `clusters` are settings by name. */
  options(operation: Operation, clusters: object): RunOptions {
    const config = Object.fromEntries(
      Object.entries({ ...this.config, clusters }).map(([key, value]) => [`${this.program}:${key}`, value]),
    );
    fs.writeFileSync(path.join(this.directory, "Pulumi.test.yaml"), stringify({ config }));
    return { operation, directory: this.directory, stack: "test", env: this.env };
  }

  async run(operation: Operation, clusters: object): Promise<Outcome> {
    const events: EngineEvent[] = [];
    const result = await run({ ...this.options(operation, clusters), onEvent: (event) => events.push(event) });
    const steps = events.flatMap((event) =>
      event.type === "step-done" && event.op !== "same" && isInCloud(event.urn)
        ? [`${event.op} ${nameOf(event.urn)}`]
        : [],
    );
    return { ...result, events, steps };
  }

  /** Puts a program where the cluster's program and its providers find programs. */
  standIn(name: string, script: string): void {
    this.script(name, `#!/bin/sh\n${script}\n`);
  }

  private script(name: string, text: string): void {
    fs.writeFileSync(path.join(this.bin, name), text, { mode: 0o755 });
  }

  /** What the cloud did since the last call. */
  log(): readonly string[] {
    const fresh = this.lines.slice(this.linesRead);
    this.linesRead = this.lines.length;
    return fresh;
  }

  /** What is in the cloud, as `aws:eks/cluster:Cluster train`. */
  names(): readonly string[] {
    return this.all()
      .map(({ type, name }) => `${type} ${name}`)
      .sort();
  }

  get stateText(): string {
    return fs.readFileSync(this.stateFile, "utf8");
  }

  get saved(): readonly Saved[] {
    const { deployment } = JSON.parse(this.stateText) as { deployment: { resources?: readonly Saved[] } };
    return deployment.resources ?? [];
  }
}
