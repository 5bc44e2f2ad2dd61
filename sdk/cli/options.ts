import { type Command, InvalidArgumentError, Option } from "commander";
import { FORMATS } from "./cli";

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** Options that several verbs share, in the words of the documents they select from. */
export function withOutput(command: Command): Command {
  return command.addOption(
    new Option("-o, --output <format>", "how to print the result").choices(FORMATS).default("text"),
  );
}

export function withCatalog(command: Command): Command {
  return command
    .option("--catalog <dir>", "recipe catalogue in place of the built-in one")
    .option("--data <dir>", "folder that is layered on the catalogue; repeat for more", collect);
}

export function withCriteria(command: Command): Command {
  return command
    .option("--service <name>", "where the cluster runs: eks, gke, aks, oke, local")
    .option("--accelerator <name>", "GPU model, such as h100")
    .option("--intent <name>", "training or inference")
    .option("--os <name>", "operating system of the nodes, such as ubuntu")
    .option("--platform <name>", "workload platform, such as kubeflow")
    .option("--nodes <count>", "number of GPU nodes", wholeNumber);
}

/** Criteria, and what is decided beside them. */
export function withRecipe(command: Command): Command {
  return withCatalog(withCriteria(command))
    .option(
      "--snapshot <file>",
      "what `cairn snapshot -o json` printed: criteria that are not stated come from the cluster",
    )
    .option("--criteria-strict", "take only criteria that the built-in catalogue knows")
    .option("--region <name>", "where the cluster is, for components that pull from regional registries")
    .option(
      "--profile <name=value>",
      "choose a value of a profile, such as gpuStack=operator-managed; repeat for more",
      collect,
    )
    .option("--set <component:path=value>", "set a value of a component; repeat for more", collect)
    .option("--set-json <component:path=json>", "the same with JSON, for lists and maps", collect)
    .option("--set-file <component:path=file>", "the same with the content of a file", collect)
    .option("--dynamic <component:path>", "leave a value to each program; repeat for more", collect);
}

export function withDirectory(command: Command, what: string): Command {
  return command.option("-C, --cwd <dir>", what, ".");
}

export function withEngine(command: Command): Command {
  return withDirectory(command, "directory of the Pulumi program")
    .option("--stack <name>", "name of the stack", "dev")
    .option("--policy-pack <dir[=config.json]>", "policy pack to enforce; repeat for more", collect)
    .option("--parallel <count>", "resources to work on at once", wholeNumber);
}

export const withRefresh = (command: Command): Command =>
  command.option("--refresh", "look at what is really there first");

export const keys = (description: string): Option => new Option("--key <pem>", description).argParser(collect);
export const images = new Option(
  "--image <reference>",
  "image to lock besides those of the recipe; repeat for more",
).argParser(collect);

const SEVERITIES = ["error", "warning", "off"] as const;

/** What `--rule` makes of a rule. */
export interface RuleSeverity {
  readonly name: string;
  readonly severity: (typeof SEVERITIES)[number];
}

export const rules = new Option(
  "--rule <name=severity>",
  "make a rule an error, a warning or off, such as reason=off; repeat for more",
).argParser<readonly RuleSeverity[]>((text, earlier = []) => {
  const [name = "", severity] = text.split("=");
  const known = SEVERITIES.find((one) => one === severity);
  if (known === undefined) throw new InvalidArgumentError("Write name=error, name=warning or name=off.");
  return [...earlier, { name, severity: known }];
});

export function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
}

export interface CatalogOptions {
  readonly catalog?: string;
  readonly data?: readonly string[];
}

export interface CriteriaOptions {
  readonly service?: string;
  readonly accelerator?: string;
  readonly intent?: string;
  readonly os?: string;
  readonly platform?: string;
  readonly nodes?: number;
}

export interface ChoiceOptions {
  readonly region?: string;
  readonly profile?: readonly string[];
  readonly set?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly dynamic?: readonly string[];
}

/** How a verb is told which recipe it is about. */
export interface RecipeSelection extends CatalogOptions, CriteriaOptions, ChoiceOptions {
  readonly snapshot?: string;
  readonly criteriaStrict?: boolean;
}

export interface EngineOptions {
  readonly cwd: string;
  readonly stack: string;
  readonly policyPack?: readonly string[];
  readonly parallel?: number;
  readonly refresh?: boolean;
  readonly offline?: boolean;
  readonly yes?: boolean;
}
