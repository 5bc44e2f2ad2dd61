import {
  buildArtifact,
  fetchReferrer,
  isOciError,
  pushArtifact,
  type Descriptor,
  type OciClient,
  type Reference,
} from "../oci";
import { BUNDLE_MAX_BYTES, BUNDLE_MEDIA_TYPE } from "./bundle";

/** Something in a registry, by digest. */
export type DigestedReference = Reference & { readonly digest: string };

/** Fixed, so that the same bundle gives the same artifact. */
const CREATED = "1970-01-01T00:00:00Z";
const MAX_BUNDLES = 100;

/**
 * Attaches a bundle to what it is about, as cosign 3 does: an artifact of one layer that refers to its subject.
 *
 * @returns the attached artifact's descriptor
 */
export async function attachBundle(
  client: OciClient,
  ref: DigestedReference,
  bundle: string,
  predicateType: string,
): Promise<Descriptor> {
  const repository = { registry: ref.registry, repository: ref.repository };
  const { descriptor: subject } = await client.manifest({ ...repository, digest: ref.digest });
  return pushArtifact(
    client,
    repository,
    buildArtifact({
      artifactType: BUNDLE_MEDIA_TYPE,
      layers: [{ mediaType: BUNDLE_MEDIA_TYPE, bytes: Buffer.from(bundle) }],
      subject,
      annotations: {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": predicateType,
        "org.opencontainers.image.created": CREATED,
      },
    }),
  );
}

/** One attached artifact: its bundle's bytes, or why there are none. */
export type AttachedBundle = { readonly bytes: Buffer } | { readonly problem: string };

/**
 * Yields the bundles that are attached to `ref`, unverified. Annotations are not consulted: whoever can push can write them.
 *
 * @throws CairnError of kind `could-not-check` when the registry could not be asked
 */
export async function* attachedBundles(
  client: OciClient,
  ref: DigestedReference,
  signal?: AbortSignal,
): AsyncGenerator<AttachedBundle> {
  const { descriptors } = await client.referrers(ref, undefined, signal);
  const candidates = descriptors.filter((d) => d.artifactType === undefined || d.artifactType === BUNDLE_MEDIA_TYPE);
  for (const descriptor of candidates.slice(0, MAX_BUNDLES)) {
    try {
      const bytes = await readAttached(client, ref, descriptor, signal);
      if (bytes !== undefined) yield { bytes };
    } catch (error) {
      // A forged entry must not hide the good one behind it; a registry that cannot be asked must not look like one without signatures.
      if (!isOciError(error) || error.kind === "could-not-check") throw error;
      yield { problem: error.message };
    }
  }
  if (candidates.length > MAX_BUNDLES) yield { problem: `more than ${MAX_BUNDLES} bundles are attached` };
}

async function readAttached(
  client: OciClient,
  ref: DigestedReference,
  descriptor: Descriptor,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const { manifest } = await fetchReferrer(client, ref, descriptor, signal);
  const [layer, ...more] = manifest.layers ?? [];
  if (layer?.mediaType !== BUNDLE_MEDIA_TYPE || more.length > 0 || layer.size > BUNDLE_MAX_BYTES) return undefined;
  return client.blob(ref, layer, signal);
}
