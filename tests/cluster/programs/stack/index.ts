import { readFileSync } from "node:fs";
import { existing, type ExistingArgs } from "@cairn/sdk/existing";
import { readLock } from "@cairn/sdk/lock";
import { type Recipe } from "@cairn/sdk/recipe";
import { RecipeStack } from "@cairn/sdk/stack";

/** What the test writes into `$STACK_SETTINGS`. */
interface Settings {
  readonly recipe: Recipe;
  readonly lock: string;
  readonly cacheDir: string;
  readonly facts: ExistingArgs["facts"];
  readonly kubeconfig: string;
}

const settings = JSON.parse(readFileSync(process.env["STACK_SETTINGS"]!, "utf8")) as Settings;
const { recipe, cacheDir, facts } = settings;
const kubeconfig = readFileSync(settings.kubeconfig, "utf8");
const cluster = existing({ kubeconfig, facts }).provision("test", {});

new RecipeStack("test", { recipe, lock: readLock(settings.lock), cluster, cacheDir, crds: "delete" });

export const { identity } = cluster;
