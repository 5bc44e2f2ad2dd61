import * as fs from "node:fs";
import * as path from "node:path";
import { createLock, type Lock, writeLock } from "@cairn/sdk/lock";
import {
  buildImage,
  createOciClient,
  digestOf,
  type FetchedManifest,
  isOciError,
  MEDIA_TYPES,
  type OciClient,
  packChart,
  pushArtifact,
  type Reference,
} from "@cairn/sdk/oci";
import { type ComponentRef, type Recipe } from "@cairn/sdk/recipe";
import { generateKeyPair, openPrivateKey, signImage } from "@cairn/sdk/sigstore";
import { stringify } from "yaml";
import { localRegistry, tempDir } from "../support";

/**
 * No chart repository and no public registry is in reach of a test. So every chart of a cloud's recipe has a stand-in of the same name and
 * version, and every image that it or a manifest names is made, signed and pushed to a registry of this machine when it is looked up.
 * Everything else is real: the recipe, its values, helm, the lock and its signatures.
 */
export interface StandIns {
  /** PEM. Signs every image. */
  readonly publicKey: string;
  /** Writes `cairn.lock.yaml` and the cache beside it. */
  lock(recipe: Recipe, folder: string, extraImages?: readonly string[]): Promise<Lock>;
}

/** @param settings - `objects`: of each stand-in, besides a workload. */
export async function standIns({ objects = 2 }: { readonly objects?: number } = {}): Promise<StandIns> {
  const { url } = await localRegistry();
  const keys = generateKeyPair("test");
  const client = inventive(url, openPrivateKey(keys.privateKey, "test"));
  return {
    publicKey: keys.publicKey,
    async lock(recipe, folder, extraImages = []) {
      const cacheDir = path.join(folder, ".cairn", "cache");
      const charts = await chartsOf(recipe, cacheDir, objects);
      const kubernetes = { version: "1.36.1", apiVersions: [] };
      const options = { client, cacheDir, kubernetes, trustedKeys: [keys.publicKey], extraImages };
      const previous: Lock = {
        apiVersion: "cairn.dev/v1",
        kind: "Lock",
        recipe: { digest: "", criteria: recipe.criteria },
        kubernetes,
        helm: "",
        charts,
        images: [],
        exemptions: [],
      };
      const lock = await createLock(recipe, { ...options, previous });
      writeLock(path.join(folder, "cairn.lock.yaml"), lock);
      return lock;
    },
  };
}

/** An image that a manifest names by digest cannot be made here: nobody can make something that has a given digest. Only it is known. */
function knownBy(digest: string): FetchedManifest {
  const bytes = Buffer.from("{}");
  const mediaType = MEDIA_TYPES.imageManifest;
  return { bytes, manifest: { schemaVersion: 2 }, descriptor: { mediaType, digest, size: bytes.length } };
}

/** A client of a registry that has whatever it is asked for. */
function inventive(url: string, signer: ReturnType<typeof openPrivateKey>): OciClient {
  const everywhere = new Proxy<Record<string, string>>({}, { get: () => url });
  const client = createOciClient({ mirrors: everywhere });
  return {
    ...client,
    async manifest(reference: Reference, signal?: AbortSignal) {
      try {
        return await client.manifest(reference, signal);
      } catch (error) {
        if (!isOciError(error, "OCI_NOT_FOUND")) throw error;
        if (reference.digest !== undefined) return knownBy(reference.digest);
        if (reference.tag === undefined) throw error;
        const image = await buildImage({ "etc/what": `${reference.repository}:${reference.tag}` });
        const { digest } = await pushArtifact(client, reference, image);
        await signImage(client, { ...reference, digest }, signer);
        return client.manifest(reference, signal);
      }
    },
  };
}

/** Puts a stand-in for each chart into the cache, as if it had been fetched. */
async function chartsOf(recipe: Recipe, cacheDir: string, objects: number): Promise<Lock["charts"]> {
  const wanted = recipe.componentRefs.filter(({ type }) => type === "Helm");
  const locked = await Promise.all(
    wanted.map(async (component) => {
      const { source = "", chart = "", version = "" } = component;
      const packed = await packChart(writeChart(component, objects));
      const archive = digestOf(packed.archive);
      const file = path.join(cacheDir, "sha256", archive.replace("sha256:", ""));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, packed.archive);
      return [component.name, { source, chart, version, archive }] as const;
    }),
  );
  return Object.fromEntries(locked);
}

function writeChart({ name, chart = "", version = "" }: ComponentRef, objects: number): string {
  const folder = tempDir("chart");
  const templates = path.join(folder, "templates");
  fs.mkdirSync(templates);
  fs.writeFileSync(
    path.join(folder, "Chart.yaml"),
    stringify({ apiVersion: "v2", name: path.basename(chart), version }),
  );
  const manifests = [deployment(name, version), ...settings(name, objects)].map((object) => stringify(object));
  fs.writeFileSync(path.join(templates, "all.yaml"), manifests.join("---\n") + (TEMPLATES[name] ?? ""));
  return folder;
}

function deployment(name: string, version: string): object {
  const labels = { app: name };
  const container = { name: "main", image: `registry.cairn.test/stand-in/${name}:${version.replaceAll("+", "-")}` };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `stand-in-${name}` },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

const settings = (name: string, length: number): readonly object[] =>
  Array.from({ length }, (_, index) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `stand-in-${name}-${index}` },
    data: { index: String(index) },
  }));

/** What policies look at in a real chart, from the recipe's real values. */
const TEMPLATES: Readonly<Record<string, string>> = {
  "gpu-operator": `---
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata:
  name: cluster-policy
spec:
  driver:
    enabled: {{ (.Values.driver).enabled | default false }}
    repository: nvcr.io/nvidia
    image: driver
    version: {{ (.Values.driver).version | default "580.0.0" | quote }}
  devicePlugin:
    enabled: {{ (.Values.devicePlugin).enabled | default false }}
`,
};
