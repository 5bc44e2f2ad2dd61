import * as path from "node:path";
import { createLock, type CreateLockOptions, type Lock } from "@cairn/sdk/lock";
import { buildImage, createOciClient, packChart, parseReference, pushArtifact, type OciClient } from "@cairn/sdk/oci";
import { builtinCatalog, parseCriteria, resolve, type Recipe } from "@cairn/sdk/recipe";
import { generateKeyPair, openPrivateKey, signImage } from "@cairn/sdk/sigstore";
import { localRegistry, tempDir } from "../support";

export const RECIPES = path.resolve(__dirname, "../../../recipes");

/** The host that the built-in charts name; the client finds it on this machine. */
const HOST = "registry.cairn.test";
const SIGNED = ["demo/gpu-driver:1.2.0", "demo/metrics:0.4.1"];
export const UNSIGNED = "demo/preflight:1.2.0";

/** The recipe of the built-in catalogue for this machine. */
export function localRecipe(): Recipe {
  const catalog = builtinCatalog([]);
  return resolve(catalog, parseCriteria({ service: "local", accelerator: "h100", intent: "training" }, catalog)).recipe;
}

/** A registry with the charts and images of the `local` catalogue; two images are signed, one is not. */
export interface Published {
  readonly client: OciClient;
  readonly publicKey: string;
  readonly cacheDir: string;
  lock(recipe: Recipe, options?: Partial<CreateLockOptions>): Promise<Lock>;
  /** Builds an image from this text and pushes it. */
  push(name: string, text: string): Promise<string>;
}

export async function publish(): Promise<Published> {
  const { url } = await localRegistry();
  const client = createOciClient({ mirrors: { [HOST]: url } });
  const cacheDir = tempDir("charts");
  const keys = generateKeyPair("test");
  const signer = openPrivateKey(keys.privateKey, "test");
  const push = async (name: string, text: string): Promise<string> => {
    const image = await buildImage({ "etc/what": text });
    return (await pushArtifact(client, parseReference(`${HOST}/${name}`), image)).digest;
  };
  for (const name of [...SIGNED, UNSIGNED]) {
    const digest = await push(name, name);
    if (name !== UNSIGNED) await signImage(client, { ...parseReference(`${HOST}/${name}`), digest }, signer);
  }
  for (const name of ["gpu-simulator", "metrics"]) {
    const chart = await packChart(path.join(RECIPES, "charts", name));
    await pushArtifact(client, parseReference(`${HOST}/charts/${name}:${chart.tag}`), chart.artifact);
  }
  const { publicKey } = keys;
  const kubernetes = { version: "1.36.1" };
  const lock = (recipe: Recipe, options: Partial<CreateLockOptions> = {}): Promise<Lock> =>
    createLock(recipe, { client, cacheDir, kubernetes, trustedKeys: [publicKey], ...options });
  return { client, publicKey, cacheDir, lock, push };
}
