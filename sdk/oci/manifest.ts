import * as z from "zod";
import { messageOf } from "../errors";
import { parseStrictJson } from "../json";
import { mapOf } from "../map-of";
import { ociError } from "./errors";
import { isDigest } from "./reference";
import { type Manifest } from "./types";

/** Media types of the field (image-spec 1.1, 2024-02; Docker's registry API; Helm 3.8). */
export const MEDIA_TYPES = {
  imageManifest: "application/vnd.oci.image.manifest.v1+json",
  imageIndex: "application/vnd.oci.image.index.v1+json",
  imageConfig: "application/vnd.oci.image.config.v1+json",
  imageLayer: "application/vnd.oci.image.layer.v1.tar+gzip",
  empty: "application/vnd.oci.empty.v1+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  helmConfig: "application/vnd.cncf.helm.config.v1+json",
  helmChart: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
} as const;

/** What we ask for, always explicitly: docker-registry 2.8 answers 404 to a request without it. */
export const ACCEPT = [
  MEDIA_TYPES.imageIndex,
  MEDIA_TYPES.imageManifest,
  MEDIA_TYPES.dockerIndex,
  MEDIA_TYPES.dockerManifest,
].join(", ");

const Annotations = mapOf(z.string());

const DescriptorSchema = z.looseObject({
  mediaType: z.string().min(1).max(255),
  digest: z.string().refine(isDigest, "must be sha256: and 64 lower-case hex digits"),
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: Annotations.optional(),
  platform: z.looseObject({ architecture: z.string(), os: z.string(), variant: z.string().optional() }).optional(),
});

const ManifestSchema = z
  .looseObject({
    schemaVersion: z.literal(2),
    mediaType: z.string().optional(),
    artifactType: z.string().optional(),
    config: DescriptorSchema.optional(),
    layers: z.array(DescriptorSchema).optional(),
    manifests: z.array(DescriptorSchema).optional(),
    subject: DescriptorSchema.optional(),
    annotations: Annotations.optional(),
  })
  .refine((m) => m.manifests === undefined || (m.config === undefined && m.layers === undefined), {
    message: "it is an image manifest and an index at once",
  });

/** What registries accept, in bytes. */
export const MANIFEST_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a manifest or an index strictly; `place` names it in the error.
 *
 * @throws CairnError `OCI_RESPONSE_INVALID`
 */
export function parseManifest(bytes: Buffer, place: string, maxBytes = MANIFEST_MAX_BYTES): Manifest {
  let value: unknown;
  try {
    value = parseStrictJson(bytes, { maxBytes, maxDepth: 32 });
  } catch (cause) {
    throw ociError("OCI_RESPONSE_INVALID", `${place} is not a manifest: ${messageOf(cause)}`, { cause });
  }
  const parsed = ManifestSchema.safeParse(value);
  // Not what zod returns: it drops keys named `__proto__`.
  if (parsed.success) return value as Manifest;
  throw ociError("OCI_RESPONSE_INVALID", `${place} is not a valid manifest`, {
    findings: parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })),
  });
}

/** Bytes as they are pushed. Keys stay in the order in which they were written, so equal input gives an equal digest. */
export function serializeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}
