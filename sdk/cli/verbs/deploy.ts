import { stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { run, type Operation, type OperationResult, type PolicyPackRef } from "../../engine";
import { CairnError, messageOf } from "../../errors";
import { readTextFile } from "../../files";
import { type JsonObject } from "../../json";
import { type Cli } from "../cli";
import { closingText, deploymentDocument } from "../closing";
import { DeploymentLog } from "../deployment";
import { EXIT, type ExitCode } from "../exit";
import { type EngineOptions } from "../options";
import { isUnchanged } from "../steps";
import { Ticker } from "../ticker";

/** `cairn preview`, `up`, `refresh` and `destroy`. */
export async function deploy(operation: Operation, options: EngineOptions, cli: Cli): Promise<ExitCode> {
  const directory = resolve(cli.cwd, options.cwd);
  const policyPacks = await Promise.all((options.policyPack ?? []).map((text) => policyPack(text, cli.cwd)));
  if (ASKS_FIRST.has(operation) && !options.yes) {
    const go = await confirmed(operation, directory, policyPacks, options, cli);
    if (go !== true) return go;
  }
  return finish(await execute(operation, directory, policyPacks, options, cli), cli);
}

const ASKS_FIRST: ReadonlySet<Operation> = new Set(["up", "destroy"]);

async function execute(
  operation: Operation,
  directory: string,
  policyPacks: readonly PolicyPackRef[],
  options: EngineOptions,
  cli: Cli,
): Promise<OperationResult> {
  const ticker = new Ticker(cli.stderr, () => log.status());
  const log = new DeploymentLog(operation, cli.style, (text) => {
    ticker.clear();
    cli.line(text);
  });
  try {
    const result = await run({
      operation,
      directory,
      stack: options.stack,
      policyPacks,
      signal: cli.signal,
      env: { ...set(cli.env), ...supplyChain(directory, cli) },
      onEvent: (event) => log.add(event),
      ...(options.offline !== undefined && { offline: options.offline }),
      ...(options.parallel !== undefined && { parallel: options.parallel }),
      ...(options.refresh !== undefined && { refresh: options.refresh }),
    });
    ticker.stop();
    await cli.print(deploymentDocument(log, options.stack, result), () =>
      closingText(log, result, cli.style, cli.signal.aborted),
    );
    return result;
  } finally {
    ticker.stop();
  }
}

function finish(result: OperationResult, cli: Cli): ExitCode {
  if (cli.signal.aborted) return EXIT.interrupted;
  return result.ok ? EXIT.ok : EXIT.checkFailed;
}

/** Shows what would happen and asks. `true` to go on, else the exit code. */
async function confirmed(
  operation: Operation,
  directory: string,
  policyPacks: readonly PolicyPackRef[],
  options: EngineOptions,
  cli: Cli,
): Promise<true | ExitCode> {
  if (cli.ask === undefined || cli.format !== "text")
    throw new CairnError("NEEDS_CONFIRMATION", `\`cairn ${operation}\` changes things and there is nobody to ask`, {
      hint: `run \`cairn preview\` to see what would change, then \`cairn ${operation} --yes\``,
    });
  if (operation === "up") {
    const result = await execute("preview", directory, policyPacks, options, cli);
    if (!result.ok || isUnchanged(result)) return finish(result, cli);
  }
  const question = operation === "up" ? "Do this now? [y/N] " : `Destroy everything in stack ${options.stack}? [y/N] `;
  if (/^y(es)?$/i.test((await cli.ask(`\n${question}`, "shown")).trim())) return true;
  cli.line("nothing was changed");
  return EXIT.ok;
}

const set = (env: Cli["env"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Where policy packs find the locks and the trusted keys, absolute: they run in directories of their own. */
function supplyChain(directory: string, cli: Cli): Readonly<Record<string, string>> {
  const absolute = (paths: string): string =>
    paths
      .split(delimiter)
      .filter((path) => path !== "")
      .map((path) => resolve(cli.cwd, path))
      .join(delimiter);
  const { CAIRN_LOCK: locks, CAIRN_TRUSTED_KEYS: keys } = cli.env;
  return {
    CAIRN_LOCK: absolute(locks ?? join(directory, "cairn.lock.yaml")),
    ...(keys && { CAIRN_TRUSTED_KEYS: absolute(keys) }),
  };
}

/** `DIR` or `DIR=config.json`. */
async function policyPack(text: string, cwd: string): Promise<PolicyPackRef> {
  const [directory = "", ...rest] = text.split("=");
  const path = resolve(cwd, directory);
  if (!(await isFile(join(path, "PulumiPolicy.yaml"))))
    throw new CairnError("POLICY_PACK_MISSING", `${path} is not a policy pack: it has no PulumiPolicy.yaml`, {
      hint: "name the pack's directory, such as node_modules/@cairn/policy-supply-chain",
    });
  return rest.length === 0 ? { path } : { path, config: policyConfig(resolve(cwd, rest.join("="))) };
}

function policyConfig(file: string): JsonObject {
  const invalid = (why: string): CairnError =>
    new CairnError("POLICY_CONFIG_INVALID", `the policy configuration ${file} cannot be used: ${why}`, {
      hint: 'write JSON such as {"image-in-lock": {"enforcementLevel": "mandatory", "lock": "/abs/cairn.lock.yaml"}}',
    });
  try {
    const config: unknown = JSON.parse(readTextFile(file));
    if (typeof config === "object" && config !== null && !Array.isArray(config)) return config as JsonObject;
  } catch (error) {
    throw invalid(messageOf(error));
  }
  throw invalid("it is not a JSON object");
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
