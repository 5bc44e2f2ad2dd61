/**
 * Plumbing: references go in, digest-checked manifests and blobs come out; artifacts are built, byte for byte reproducibly, and pushed with
 * their referrers. A thin client over undici with the checks that a supply-chain tool owes its users.
 */
export { packChart, type PackedChart } from "./chart";
export { createOciClient, type OciClientOptions } from "./client";
export { dockerCredentials, type Credential, type CredentialSource } from "./credentials";
export { parseMirrors, type Mirrors } from "./endpoint";
export { isOciError, type OciError, type OciErrorCode } from "./errors";
export {
  buildArtifact,
  buildImage,
  pushArtifact,
  type ArtifactParts,
  type BuiltArtifact,
  type ImageOptions,
} from "./image";
export { MEDIA_TYPES, parseManifest } from "./manifest";
export { digestOf, formatReference, isDigest, parseReference } from "./reference";
export { fetchReferrer } from "./referrers";
export { packTar, pathProblem, readTar, unpackTar, type Files, type TarLimits } from "./tar";
export { type OciLimits, type Repository } from "./transport";
export type * from "./types";
