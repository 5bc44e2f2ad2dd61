import { version } from "@pulumi/pulumi/version";
import { onPath } from "../tools";
import { runEmbedded } from "./embedded";
import { type OperationResult, type RunOptions } from "./types";

/**
 * Runs one operation on a stack, through the `pulumi` CLI when it is on PATH and else by the embedded engine, and resolves when it has ended and its state is saved.
 *
 * A resource, provider, program or policy that fails makes a result with `ok: false` and says why in `errors`; so does an interruption
 * through `signal`, after the steps in flight have ended.
 *
 * @throws CairnError when the operation cannot start: PROJECT_MISSING, PROJECT_INVALID, STATE_LOCKED, STATE_CORRUPT,
 * STATE_UNSUPPORTED, PASSPHRASE_MISSING, PASSPHRASE_WRONG, POLICY_PACK_MISSING, POLICY_CONFIG_INVALID, HOST_FAILED
 * @example
 * const result = await run({ operation: "up", directory: ".", stack: "dev", onEvent: (event) => show(event) });
 */
export async function run(options: RunOptions): Promise<OperationResult> {
  const result = await (onPath("pulumi", { ...process.env, ...options.env }) === undefined ? embedded : withCli)(
    options,
  );
  options.onEvent?.({ type: "summary", result });
  return result;
}

function embedded(options: RunOptions): Promise<OperationResult> {
  options.onEvent?.({ type: "engine", engine: "embedded", version });
  return runEmbedded(options);
}

/** The Automation API is loaded only where there is a CLI for it to drive. */
async function withCli(options: RunOptions): Promise<OperationResult> {
  const { cliVersion, runWithCli } = await import("./cli-engine.js");
  options.onEvent?.({ type: "engine", engine: "pulumi", version: await cliVersion(options) });
  return runWithCli(options);
}
