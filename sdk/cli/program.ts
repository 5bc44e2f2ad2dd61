import { createRequire } from "node:module";
import { Command, Option } from "commander";
import { type Operation } from "../engine";
import { type Cli, type Format, type World } from "./cli";
import { type ExitCode } from "./exit";
import {
  images,
  keys,
  withCatalog,
  withCriteria,
  withDirectory,
  withEngine,
  withOutput,
  withRefresh,
  type EngineOptions,
} from "./options";
import type * as Deploy from "./verbs/deploy";
import type * as Diff from "./verbs/diff";
import { type DiffOptions } from "./verbs/diff";
import type * as Evidence from "./verbs/evidence";
import type * as Query from "./verbs/query";
import { type QueryOptions } from "./verbs/query";
import { type PublishVerbOptions, type VerifyVerbOptions } from "./verbs/evidence";

/** Runs a verb with what it prints through. */
export type Run = (verb: (cli: Cli) => Promise<ExitCode>, format: Format) => Promise<void>;

/** The command line. Verbs are imported when they are called, so that a quick one stays quick. */
export function buildProgram(world: World, run: Run): Command {
  const program = new Command("cairn")
    .description("GPU clusters from one typed program: recipe, lock, deployment, validation, signed evidence")
    .version(version(), "-V, --version")
    .helpCommand("help [command]")
    .showSuggestionAfterError()
    .showHelpAfterError("→ add --help for what is possible")
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
    })
    .exitOverride();
  for (const add of [doctor, recipe, query, diff, lock, preview, up, refresh, destroy, snapshot, validate, evidence])
    add(program, run);
  return program;
}

/** Binds a verb's module, loaded on call, to a command. */
function action<Options>(
  command: Command,
  run: Run,
  load: () => Promise<{ run: (options: Options, cli: Cli) => Promise<ExitCode> }>,
): void {
  withOutput(command).action(async (options: Options & { readonly output: Format }) => {
    await run(async (cli) => (await load()).run(options, cli), options.output);
  });
}

function doctor(program: Command, run: Run): void {
  const command = program.command("doctor").description("what Cairn needs on this machine, and what it finds");
  action(command, run, () => import("./verbs/doctor.js"));
}

function recipe(program: Command, run: Run): void {
  const command = program
    .command("recipe")
    .description("the recipe for a kind of cluster: components, versions, values, checks")
    .option("--explain <path>", "who set a value and what it replaced, such as gpu-operator.driver.version")
    .addOption(
      new Option("--graph <language>", "components by level and what waits for what, as text to draw")
        .choices(["mermaid", "dot"])
        .conflicts("explain"),
    );
  action(withCatalog(withCriteria(command)), run, () => import("./verbs/recipe.js"));
}

function query(program: Command, run: Run): void {
  const command = program
    .command("query")
    .description("one value of a recipe, raw, for scripts")
    .argument("[path]", "such as criteria.accelerator, metrics.version or metrics.service.port", ".");
  withOutput(withCatalog(withCriteria(command))).action(
    async (path: string, options: QueryOptions & { readonly output: Format }) => {
      const load = (): Promise<typeof Query> => import("./verbs/query.js");
      await run(async (cli) => (await load()).run(path, options, cli), options.output);
    },
  );
}

function diff(program: Command, run: Run): void {
  const recipes = "criteria such as service=eks,intent=training, or a file that `cairn recipe --output json` wrote";
  const command = program
    .command("diff")
    .description("what changes from one recipe to another")
    .argument("<before>", recipes)
    .argument("<after>", "the same")
    .option("--exit-code", "exit with 1 when they differ");
  withOutput(withCatalog(command)).action(
    async (before: string, after: string, options: DiffOptions & { readonly output: Format }) => {
      const load = (): Promise<typeof Diff> => import("./verbs/diff.js");
      await run(async (cli) => (await load()).run(before, after, options, cli), options.output);
    },
  );
}

function lock(program: Command, run: Run): void {
  const command = program
    .command("lock")
    .description("look up every chart and image of a recipe once, and write cairn.lock.yaml")
    .option("--check", "only tell whether the lock is up to date")
    .addOption(new Option("--update [component]", "look up again, for one component or all").conflicts("check"))
    .option("--fetch", "also bring the charts of an existing lock into the local cache")
    .option("--kubernetes <version>", "Kubernetes version to render for, such as 1.36.1")
    .addOption(keys("PEM file with a public key that may sign images; repeat for more"))
    .addOption(images);
  action(
    withCatalog(withCriteria(withDirectory(command, "directory of cairn.lock.yaml"))),
    run,
    () => import("./verbs/lock.js"),
  );
}

const deployment =
  (operation: Operation, description: string, more: (command: Command) => Command) => (program: Command, run: Run) => {
    const command = withOutput(more(withEngine(program.command(operation).description(description))));
    command.action(async (options: EngineOptions & { readonly output: Format }) => {
      const load = (): Promise<typeof Deploy> => import("./verbs/deploy.js");
      await run(async (cli) => (await load()).deploy(operation, options, cli), options.output);
    });
  };

const withYes = (command: Command): Command => withRefresh(command).option("-y, --yes", "do it without asking");

const preview = deployment("preview", "what `up` would do, and what policies say to it", (command) =>
  withRefresh(command).option(
    "--offline",
    "without provider plugins: their resources show as creates with unknown outputs",
  ),
);
const up = deployment("up", "create or change what the program describes", withYes);
const refresh = deployment("refresh", "bring the state up to date with what is really there", (command) => command);
const destroy = deployment("destroy", "remove everything that the stack has, in reverse order", withYes);

function snapshot(program: Command, run: Run): void {
  const command = program
    .command("snapshot")
    .description("what a running cluster is: version, nodes, accelerators, APIs")
    .option("--kubeconfig <file>", "how to reach the cluster (default: KUBECONFIG, else ~/.kube/config)");
  action(command, run, () => import("./verbs/snapshot.js"));
}

function validate(program: Command, run: Run): void {
  const command = program
    .command("validate")
    .description("run a recipe's checks on a running cluster")
    .option("--kubeconfig <file>", "how to reach the cluster (default: KUBECONFIG, else ~/.kube/config)")
    .addOption(
      new Option("--phase <phase>", "which checks to run; repeat for more (default: all of the recipe)")
        .choices(["readiness", "deployment", "performance", "conformance"])
        .argParser<string[]>((phase, earlier = []) => [...earlier, phase]),
    );
  const where = withDirectory(command, "directory of cairn.lock.yaml, which names the recipe and pins the images");
  action(withCatalog(withCriteria(where)), run, () => import("./verbs/validate.js"));
}

function evidence(program: Command, run: Run): void {
  const group = program.command("evidence").description("signed evidence that a recipe was validated on a cluster");
  const load = (): Promise<typeof Evidence> => import("./verbs/evidence.js");
  const recipeOf = (command: Command): Command =>
    withCatalog(withCriteria(withDirectory(command, "directory of cairn.lock.yaml")));

  const digest = group.command("digest").description("the digest by which evidence names a recipe");
  action(recipeOf(digest), run, async () => ({ run: (await load()).digest }));

  const emit = group
    .command("emit")
    .description("write results of `cairn validate --output json` as a bundle directory")
    .requiredOption("--results <file>", "what `cairn validate --output json` printed")
    .requiredOption("--out <dir>", "bundle directory to write");
  action(recipeOf(emit), run, async () => ({ run: (await load()).emit }));

  const publish = group
    .command("publish <dir>")
    .description("sign a bundle directory and push it to a registry")
    .requiredOption("--push <repository>", "where to, such as oci://ghcr.io/acme/evidence")
    .requiredOption("--key <file>", "private key, as `cosign generate-key-pair` writes it")
    .option("--pointer <file>", "pointer file to write, for a pull request");
  actionOn<PublishVerbOptions>(publish, run, async (...args) => (await load()).publish(...args));

  const verify = group
    .command("verify <source>")
    .description("check evidence: a pointer file, a bundle directory, or oci://repository@sha256:…")
    .addOption(keys("PEM file with a public key that may have signed; repeat for more"))
    .option("--pointer <file>", "pointer file that a bundle directory must agree with")
    .option("--recipe <digest>", "digest of the recipe that it must be about (`cairn evidence digest`)");
  actionOn<VerifyVerbOptions>(verify, run, async (...args) => (await load()).verify(...args));
}

/** Like {@link action}, for a verb with one argument. */
function actionOn<Options>(
  command: Command,
  run: Run,
  verb: (argument: string, options: Options, cli: Cli) => Promise<ExitCode>,
): void {
  withOutput(command).action(async (argument: string, options: Options & { readonly output: Format }) => {
    await run((cli) => verb(argument, options, cli), options.output);
  });
}

function version(): string {
  return (createRequire(__filename)("../../package.json") as { readonly version: string }).version;
}
