import { serializeManifest, MEDIA_TYPES } from "./manifest";
import { digestOf } from "./reference";
import { gzip, packTar, type Files } from "./tar";
import { type Repository } from "./transport";
import { type Descriptor, type Manifest, type OciClient } from "./types";

export interface ImageOptions {
  /** @default `{ os: "linux", architecture: "amd64" }` */
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly entrypoint?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** An artifact that was built and not pushed yet: its manifest and the blobs that it names. */
export interface BuiltArtifact {
  readonly manifest: Manifest;
  /** The manifest's bytes, as they are pushed. */
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
  readonly blobs: readonly { readonly mediaType: string; readonly bytes: Buffer }[];
}

/** `{}`, the content of a config that says nothing (image-spec 1.1). */
const EMPTY = Buffer.from("{}");

/**
 * A container image of one layer with these files. Equal input gives an equal digest.
 *
 * @example
 * const image = await buildImage({ "etc/demo": "hello" });
 * await pushArtifact(client, parseReference("127.0.0.1:5000/demo:1"), image);
 */
export async function buildImage(files: Files, options: ImageOptions = {}): Promise<BuiltArtifact> {
  const tar = await packTar(files);
  const { os, architecture } = options.platform ?? { os: "linux", architecture: "amd64" };
  const config = {
    architecture,
    os,
    config: {
      ...(options.entrypoint !== undefined && { Entrypoint: options.entrypoint }),
      ...(options.labels !== undefined && { Labels: options.labels }),
    },
    rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
  };
  return buildArtifact({
    config: { mediaType: MEDIA_TYPES.imageConfig, bytes: Buffer.from(JSON.stringify(config)) },
    layers: [{ mediaType: MEDIA_TYPES.imageLayer, bytes: gzip(tar) }],
  });
}

export interface ArtifactParts {
  /** What kind of artifact it is; needed when there is no `config`. */
  readonly artifactType?: string;
  /** @default the empty config */
  readonly config?: { readonly mediaType: string; readonly bytes: Buffer };
  readonly layers: readonly { readonly mediaType: string; readonly bytes: Buffer; readonly title?: string }[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An OCI artifact of these parts (image-spec 1.1, "Guidelines for Artifact Usage"). */
export function buildArtifact(parts: ArtifactParts): BuiltArtifact {
  const config = parts.config ?? { mediaType: MEDIA_TYPES.empty, bytes: EMPTY };
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.imageManifest,
    ...(parts.artifactType !== undefined && { artifactType: parts.artifactType }),
    config: describe(config),
    layers: parts.layers.map((layer) => ({
      ...describe(layer),
      ...(layer.title !== undefined && { annotations: { "org.opencontainers.image.title": layer.title } }),
    })),
    ...(parts.subject !== undefined && { subject: plain(parts.subject) }),
    ...(parts.annotations !== undefined && { annotations: parts.annotations }),
  };
  const bytes = serializeManifest(manifest);
  return {
    manifest,
    bytes,
    descriptor: { mediaType: MEDIA_TYPES.imageManifest, digest: digestOf(bytes), size: bytes.length },
    blobs: [config, ...parts.layers].map(({ mediaType, bytes }) => ({ mediaType, bytes })),
  };
}

/** Pushes the blobs, then the manifest, under `ref.tag` when there is one. */
export async function pushArtifact(
  client: OciClient,
  ref: Repository & { readonly tag?: string },
  artifact: BuiltArtifact,
): Promise<Descriptor> {
  for (const { bytes, mediaType } of artifact.blobs) await client.pushBlob(ref, bytes, mediaType);
  return client.pushManifest(ref, artifact.manifest, ref.tag);
}

const describe = ({ mediaType, bytes }: { readonly mediaType: string; readonly bytes: Buffer }): Descriptor => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

const plain = ({ mediaType, digest, size }: Descriptor): Descriptor => ({ mediaType, digest, size });
