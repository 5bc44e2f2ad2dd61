import { Command, Option } from "commander";
import { type Operation } from "../engine";
import { VERSION } from "../version";
import { type Cli, type Format, type World } from "./cli";
import { type ExitCode } from "./exit";
import {
  images,
  keys,
  rules,
  withCatalog,
  withRecipe,
  withDirectory,
  withEngine,
  withOutput,
  withRefresh,
  type EngineOptions,
} from "./options";
import { type DiffOptions } from "./verbs/diff";
import type * as Evidence from "./verbs/evidence";
import { type QueryOptions } from "./verbs/query";
import { type PublishVerbOptions, type VerifyVerbOptions } from "./verbs/evidence";

/** Runs a verb with what it prints through. */
export type Run = (verb: (cli: Cli) => Promise<ExitCode>, format: Format) => Promise<void>;

/**
 * The command line. Of a verb that stands first all others are left out, otherwise what `argv` does not name is there by name only; and
 * verbs are imported when they are called: so a quick one stays quick.
 */
export function buildProgram(world: World, run: Run, argv: readonly string[]): Command {
  const program = new Command("cairn")
    .description("GPU clusters from one typed program: recipe, lock, deployment, validation, signed evidence")
    .version(VERSION, "-V, --version")
    .helpCommand("help [command]")
    .showSuggestionAfterError()
    .showHelpAfterError("→ add --help for what is possible")
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
    })
    .exitOverride();
  const [first = ""] = argv;
  const names = Object.hasOwn(VERBS, first) ? [first] : Object.keys(VERBS);
  for (const name of names) {
    const { description, define } = VERBS[name]!;
    const command = program.command(name).description(description);
    if (argv.includes(name)) define(command, run);
  }
  return program;
}

interface Verb {
  readonly description: string;
  readonly define: (command: Command, run: Run) => void;
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

const doctor: Verb = {
  description: "what Cairn needs on this machine, and what it finds",
  define: (command, run) => action(command, run, () => import("./verbs/doctor.js")),
};

const recipe: Verb = {
  description: "the recipe for a kind of cluster: components, versions, values, checks",
  define(command, run) {
    withRecipe(command)
      .option("--explain <path>", "who set a value and what it replaced, such as gpu-operator.driver.version")
      .addOption(
        new Option("--graph <language>", "components by level and what waits for what: text to draw, a drawing, a page")
          .choices(["mermaid", "dot", "svg", "html"])
          .conflicts("explain"),
      );
    action(command, run, () => import("./verbs/recipe.js"));
  },
};

const query: Verb = {
  description: "one value of a recipe, raw, for scripts",
  define(command, run) {
    const path = "such as criteria.accelerator, metrics.version or metrics.service.port";
    withRecipe(command.argument("[path]", path, "."));
    actionOn<QueryOptions>(command, run, async (...args) => (await import("./verbs/query.js")).run(...args));
  },
};

const diff: Verb = {
  description: "what changes from one recipe to another",
  define(command, run) {
    const recipes = "criteria such as service=eks,intent=training, or a file that `cairn recipe --output json` wrote";
    command
      .argument("<before>", recipes)
      .argument("<after>", "the same")
      .option("--exit-code", "exit with 1 when they differ");
    withOutput(withCatalog(command)).action(
      async (before: string, after: string, options: DiffOptions & { readonly output: Format }) => {
        await run(async (cli) => (await import("./verbs/diff.js")).run(before, after, options, cli), options.output);
      },
    );
  },
};

const lint: Verb = {
  description: "what a recipe catalogue does that its authors will regret",
  define: (command, run) => action(withCatalog(command).addOption(rules), run, () => import("./verbs/lint.js")),
};

const types: Verb = {
  description: "TypeScript types of what a catalogue covers, so that what it does not cover does not compile",
  define: (command, run) => action(withCatalog(command), run, () => import("./verbs/types.js")),
};

const lock: Verb = {
  description: "look up every chart and image of a recipe once, and write cairn.lock.yaml",
  define(command, run) {
    command
      .option("--check", "only tell whether the lock is up to date")
      .addOption(new Option("--update [component]", "look up again, for one component or all").conflicts("check"))
      .option("--fetch", "also bring the charts of an existing lock into the local cache")
      .option("--kubernetes <version>", "Kubernetes version to render for, such as 1.36.1")
      .addOption(keys("PEM file with a public key that may sign images; repeat for more"))
      .addOption(images);
    withRecipe(withDirectory(command, "directory of cairn.lock.yaml"));
    action(command, run, () => import("./verbs/lock.js"));
  },
};

const deployment = (operation: Operation, description: string, more: (command: Command) => Command): Verb => ({
  description,
  define(command, run) {
    withOutput(more(withEngine(command))).action(async (options: EngineOptions & { readonly output: Format }) => {
      await run(async (cli) => (await import("./verbs/deploy.js")).deploy(operation, options, cli), options.output);
    });
  },
});

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

const withKubeconfig = (command: Command): Command =>
  command.option("--kubeconfig <file>", "how to reach the cluster (default: KUBECONFIG, else ~/.kube/config)");

const snapshot: Verb = {
  description: "what a running cluster is: version, nodes, accelerators, APIs",
  define: (command, run) => action(withKubeconfig(command), run, () => import("./verbs/snapshot.js")),
};

const validate: Verb = {
  description: "run a recipe's checks on a running cluster",
  define(command, run) {
    withKubeconfig(command).addOption(
      new Option("--phase <phase>", "which checks to run; repeat for more (default: all of the recipe)")
        .choices(["readiness", "deployment", "performance", "conformance"])
        .argParser<string[]>((phase, earlier = []) => [...earlier, phase]),
    );
    withDirectory(command, "directory of cairn.lock.yaml, which names the recipe and pins the images");
    action(withRecipe(command), run, () => import("./verbs/validate.js"));
  },
};

const evidence: Verb = {
  description: "signed evidence that a recipe was validated on a cluster",
  define(group, run) {
    const load = (): Promise<typeof Evidence> => import("./verbs/evidence.js");
    const recipeOf = (command: Command): Command => withRecipe(withDirectory(command, "directory of cairn.lock.yaml"));

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
  },
};

/** In the order of `cairn --help`. */
const VERBS: Readonly<Record<string, Verb>> = {
  doctor,
  recipe,
  query,
  diff,
  lint,
  types,
  lock,
  preview,
  up,
  refresh,
  destroy,
  snapshot,
  validate,
  evidence,
};
