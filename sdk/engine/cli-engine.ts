import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { type EngineEvent as PulumiEvent } from "@pulumi/pulumi/automation/events";
import { unsupported } from "./deploy/goal";
import { Reporter } from "./reporter";
import { type OperationResult, type PolicyPackRef, type RunOptions, type StepOp } from "./types";
import { REDACTED } from "./wire";

/** The CLI's names of steps in ours; a step that it alone knows is left out. */
const OPS: Readonly<Record<string, StepOp>> = {
  same: "same",
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "create-replacement",
  "delete-replaced": "delete-replaced",
  delete: "delete",
  read: "read",
  refresh: "refresh",
  discard: "discard",
};

/**
 * Runs an operation through the `pulumi` CLI and Pulumi's Automation API, with the CLI's own state and secrets. Its events become ours.
 * @throws CairnError UNSUPPORTED for `offline`, which the CLI does not have
 */
export async function runWithCli(options: RunOptions): Promise<OperationResult> {
  if (options.offline) throw unsupported("offline previews when the pulumi CLI runs");
  const start = performance.now();
  const scratch = mkdtempSync(path.join(tmpdir(), "cairn-pulumi-"));
  const run = new CliRun(options, scratch);
  try {
    await run.perform();
    return await run.result(start);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The version of the CLI that the Automation API found. */
export async function cliVersion(options: RunOptions): Promise<string> {
  const workspace = await LocalWorkspace.create({ workDir: options.directory, envVars: { ...options.env } });
  return workspace.pulumiVersion;
}

class CliRun {
  private readonly reporter: Reporter;
  private readonly started = new Map<string, number>();
  /** Sequence numbers of events. */
  private readonly seen = new Set<number>();
  private stack: Stack | undefined;

  constructor(
    private readonly options: RunOptions,
    private readonly scratch: string,
  ) {
    this.reporter = new Reporter(options.onEvent ?? (() => undefined));
  }

  async perform(): Promise<void> {
    const { operation, directory, env, parallel, signal, policyPacks = [] } = this.options;
    try {
      this.stack = await LocalWorkspace.createOrSelectStack(
        { stackName: this.options.stack, workDir: directory },
        { envVars: { ...env } },
      );
      const common = {
        color: "never" as const,
        onEvent: (event: PulumiEvent) => this.translate(event),
        ...(parallel === undefined ? {} : { parallel }),
        ...(signal === undefined ? {} : { signal }),
      };
      const policies =
        policyPacks.length === 0
          ? {}
          : {
              policyPacks: policyPacks.map((pack) => path.resolve(pack.path)),
              policyPackConfigs: policyPacks.map((pack, index) => this.configFile(pack, index)),
            };
      const refresh = this.options.refresh ?? false;
      switch (operation) {
        case "preview":
          await this.stack.preview({ ...common, ...policies, refresh });
          break;
        case "up":
          await this.stack.up({ ...common, ...policies, refresh });
          break;
        case "refresh":
          await this.stack.refresh(common);
          break;
        case "destroy":
          await this.stack.destroy({ ...common, refresh });
      }
    } catch (error) {
      // What the CLI found wrong came as events; only a failure without any needs its own words.
      if (this.reporter.errors.length === 0)
        this.reporter.diagnostic("error", error instanceof Error ? error.message : String(error));
    }
  }

  private configFile(pack: PolicyPackRef, index: number): string {
    const file = path.join(this.scratch, `policy-${index}.json`);
    writeFileSync(file, JSON.stringify(pack.config ?? {}));
    return file;
  }

  private translate(event: PulumiEvent): void {
    // The Automation API follows a growing file, and may read its beginning twice.
    if (this.seen.has(event.sequence)) return;
    this.seen.add(event.sequence);
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, policyEvent, diagnosticEvent } = event;
    if (resourcePreEvent) this.begun(resourcePreEvent.metadata.urn, resourcePreEvent.metadata.op);
    if (resOutputsEvent) {
      const { urn, op, diffs } = resOutputsEvent.metadata;
      this.done(urn, op, diffs);
    }
    if (resOpFailedEvent) {
      const { urn, op } = resOpFailedEvent.metadata;
      this.reporter.failed(urn, OPS[op] ?? "update", new Error("the step failed; the CLI's messages say why"));
    }
    if (policyEvent) {
      const { resourceUrn = "", policyPackName, policyName, message, enforcementLevel } = policyEvent;
      const level = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
      this.reporter.emit({
        type: "policy",
        urn: resourceUrn,
        pack: policyPackName,
        policy: policyName,
        level,
        message,
      });
      if (level === "mandatory") this.reporter.error(`${resourceUrn}: [${policyPackName}] ${policyName}: ${message}`);
    }
    if (diagnosticEvent && !diagnosticEvent.ephemeral) {
      const { severity, message, urn } = diagnosticEvent;
      this.reporter.diagnostic(severity === "info#err" ? "info" : severity, message.trimEnd(), urn);
    }
  }

  private begun(urn: string, operation: string): void {
    const op = OPS[operation];
    if (op === undefined) return;
    this.started.set(`${op} ${urn}`, performance.now());
    this.reporter.emit({ type: "step-started", urn, op });
    // The CLI sends no second event for a resource that stays as it is.
    if (op === "same") this.reporter.done(urn, op, 0);
  }

  private done(urn: string, operation: string, diffs: readonly string[] | undefined): void {
    const op = OPS[operation];
    if (op === undefined || op === "same") return;
    const start = this.started.get(`${op} ${urn}`) ?? performance.now();
    this.reporter.done(urn, op, (performance.now() - start) / 1000, diffs);
  }

  async result(start: number): Promise<OperationResult> {
    const { reporter, stack } = this;
    if (this.options.signal?.aborted) reporter.error("interrupted; what was done is saved");
    const deployment = await stack?.exportStack().catch(() => undefined);
    const resources = (deployment?.deployment as { resources?: unknown[] } | undefined)?.resources ?? [];
    return {
      ok: reporter.errors.length === 0,
      changes: reporter.changes,
      outputs: visible((await stack?.outputs().catch(() => undefined)) ?? {}),
      resources: resources.length,
      seconds: (performance.now() - start) / 1000,
      errors: reporter.errors,
    };
  }
}

function visible(outputs: OutputMap): OperationResult["outputs"] {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, output]) => [key, output.secret ? REDACTED : output.value]),
  ) as OperationResult["outputs"];
}
