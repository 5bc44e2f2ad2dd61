import { PHASES } from "../recipe";
import { buildArtifact, type BuiltArtifact, type Manifest } from "../oci";

/** Files of a bundle directory. */
export const FILES = {
  recipe: "recipe.json",
  lock: "lock.yaml",
  bom: "bom.cdx.json",
  snapshot: "snapshot.json",
  /** The OCI manifest that lists all of the others; its digest is what is signed. */
  manifest: "manifest.json",
  statement: "statement.json",
  bundle: "bundle.sigstore.json",
} as const;

/** Files of the directory that the manifest does not list, because they are about it. */
export const ABOUT_MANIFEST: readonly string[] = [FILES.manifest, FILES.statement, FILES.bundle];

export const ARTIFACT_TYPE = "application/vnd.cairn.evidence.v1";
export const TITLE = "org.opencontainers.image.title";

export const ctrfFile = (phase: string): string => `ctrf/${phase}.json`;

/** Every file that a manifest may list. */
export const RECORDED: readonly string[] = [
  FILES.recipe,
  FILES.lock,
  FILES.bom,
  FILES.snapshot,
  ...PHASES.map(ctrfFile),
];

const MEDIA_TYPES: readonly (readonly [suffix: string, mediaType: string])[] = [
  [".cdx.json", "application/vnd.cyclonedx+json"],
  [".json", "application/json"],
  [".yaml", "application/yaml"],
];

/** The files of a bundle as one OCI artifact: a layer for each, sorted by path, its path as title. */
export function bundleArtifact(files: ReadonlyMap<string, Buffer>): BuiltArtifact {
  const paths = [...files.keys()].sort();
  return buildArtifact({
    artifactType: ARTIFACT_TYPE,
    layers: paths.map((title) => ({
      title,
      mediaType: mediaTypeOf(title),
      bytes: files.get(title) ?? Buffer.alloc(0),
    })),
  });
}

/** Path → descriptor of every file that a manifest lists. */
export function listedFiles(manifest: Manifest): readonly { path: string; digest: string; size: number }[] {
  return (manifest.layers ?? []).map(({ digest, size, annotations }) => ({
    path: annotations?.[TITLE] ?? "",
    digest,
    size,
  }));
}

function mediaTypeOf(path: string): string {
  return MEDIA_TYPES.find(([suffix]) => path.endsWith(suffix))?.[1] ?? "application/octet-stream";
}
