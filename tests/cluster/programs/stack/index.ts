import { readFileSync } from "node:fs";
import { type ProvisionedCluster } from "@cairn/sdk/cluster";
import { readLock } from "@cairn/sdk/lock";
import { type Recipe } from "@cairn/sdk/recipe";
import { RecipeStack } from "@cairn/sdk/stack";
import * as pulumi from "@pulumi/pulumi";

/** What the test writes into `$STACK_SETTINGS`. */
interface Settings {
  readonly recipe: Recipe;
  readonly lock: string;
  readonly cacheDir: string;
  readonly facts: ProvisionedCluster["facts"];
  readonly kubeconfig: string;
  readonly identity: string;
}

const settings = JSON.parse(readFileSync(process.env["STACK_SETTINGS"]!, "utf8")) as Settings;
const { recipe, cacheDir, facts } = settings;
const kubeconfig = pulumi.secret(readFileSync(settings.kubeconfig, "utf8"));
const cluster: ProvisionedCluster = { facts, kubeconfig, identity: pulumi.output(settings.identity), ready: [] };

new RecipeStack("test", { recipe, lock: readLock(settings.lock), cluster, cacheDir, crds: "delete" });
