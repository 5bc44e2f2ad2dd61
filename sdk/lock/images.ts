import * as z from "zod";
import { CairnError, type Finding, messageOf } from "../errors";
import { type Manifest, type OciClient, parseReference, type Reference } from "../oci";
import { findImageSignature } from "../sigstore";
import { type Draft } from "./draft";
import { lockName } from "./image-name";
import { findImages, ImageProblems } from "./pin";
import { type LockedImage } from "./types";

export interface ImageSources {
  readonly client: OciClient;
  /** SPKI PEM of keys whose signatures count as verified. */
  readonly trustedKeys: readonly string[];
  readonly signal?: AbortSignal;
}

/** An image that a recipe needs: `components` name it in their objects; none for an image that was added by hand. */
export interface WantedImage {
  readonly image: Reference;
  readonly components: readonly string[];
}

/** Registries limit clients; eight requests at a time are a browser's worth. */
const AT_ONCE = 8;

/**
 * Every image of some drafts and `extra` references, by lock name, sorted.
 *
 * @throws CairnError `IMAGE_UNEXPLAINED`, `OCI_REFERENCE_INVALID`
 */
export function wantedImages(drafts: readonly Draft[], extra: readonly string[]): readonly WantedImage[] {
  const problems = new ImageProblems();
  const named = drafts.flatMap(({ component, objects }) =>
    objects.flatMap(({ object }) =>
      findImages(object, problems).map(({ image }) => ({ image, component: component.name })),
    ),
  );
  problems.throwIfAny();
  const byName = new Map<string, { image: Reference; components: Set<string> }>();
  for (const { image, component } of [
    ...named,
    ...extra.map((text) => ({ image: parseReference(text), component: undefined })),
  ]) {
    const entry = byName.get(lockName(image)) ?? { image, components: new Set() };
    // A digest that a chart writes beside the tag is the one to lock.
    if (image.digest !== undefined) entry.image = image;
    if (component !== undefined) entry.components.add(component);
    byName.set(lockName(image), entry);
  }
  return [...byName.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { image, components }]) => ({ image, components: [...components].sort() }));
}

/**
 * Looks up digest, platforms and signature of every image.
 *
 * @param locked - What is known of an image already: its digest is kept, its signature is looked up again
 * @throws CairnError `IMAGE_UNRESOLVED` with every image that could not be looked up
 */
export async function lockImages(
  wanted: readonly WantedImage[],
  locked: ReadonlyMap<string, LockedImage>,
  sources: ImageSources,
): Promise<readonly LockedImage[]> {
  const findings: Finding[] = [];
  const images = await mapAtMost(AT_ONCE, wanted, async ({ image, components }) => {
    try {
      return await lockImage(image, components, locked.get(lockName(image)), sources);
    } catch (error) {
      sources.signal?.throwIfAborted();
      findings.push({ path: lockName(image), message: messageOf(error) });
      return undefined;
    }
  });
  if (findings.length > 0)
    throw new CairnError("IMAGE_UNRESOLVED", "some images could not be looked up", {
      findings: findings.sort((a, b) => (String(a.path) < String(b.path) ? -1 : 1)),
      hint: "check the names, that the registries can be reached and that you are logged in to them, then run `cairn lock` again",
      kind: "could-not-check",
    });
  return images.filter((image) => image !== undefined);
}

async function lockImage(
  image: Reference,
  components: readonly string[],
  locked: LockedImage | undefined,
  { client, trustedKeys, signal }: ImageSources,
): Promise<LockedImage> {
  const { registry, repository } = image;
  const known = locked ?? (await resolveImage(client, image, signal));
  const signature = await findImageSignature(
    client,
    { registry, repository, digest: known.digest },
    trustedKeys,
    signal,
  );
  return { reference: lockName(image), digest: known.digest, platforms: known.platforms, components, signature };
}

async function resolveImage(
  client: OciClient,
  image: Reference,
  signal: AbortSignal | undefined,
): Promise<Pick<LockedImage, "digest" | "platforms">> {
  const tagged = image.digest === undefined ? { ...image, tag: image.tag ?? "latest" } : image;
  const { descriptor, manifest } = await client.manifest(tagged, signal);
  const platforms =
    manifest.manifests === undefined
      ? await platformOf(client, image, manifest, descriptor.digest, signal)
      : manifest.manifests.flatMap(({ platform, digest }) =>
          platform === undefined || platform.os === "unknown" ? [] : [[platformName(platform), digest] as const],
        );
  return {
    digest: descriptor.digest,
    platforms: Object.fromEntries([...platforms].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const Platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

/** A single-platform image says in its configuration what it is for. */
async function platformOf(
  client: OciClient,
  image: Reference,
  manifest: Manifest,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly [string, string])[]> {
  if (manifest.config === undefined) return [];
  const config = await client.blob(image, manifest.config, signal);
  const platform = Platform.safeParse(parseConfig(config, image));
  return platform.success ? [[platformName(platform.data), digest]] : [];
}

function parseConfig(bytes: Buffer, image: Reference): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new CairnError("IMAGE_INVALID", `${lockName(image)}: its configuration is not valid: ${messageOf(cause)}`, {
      cause,
    });
  }
}

const platformName = ({ os, architecture, variant }: z.infer<typeof Platform>): string =>
  [os, architecture, variant].filter((part) => part !== undefined && part !== "").join("/");

async function mapAtMost<T, R>(limit: number, items: readonly T[], f: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await f(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
