import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../errors";
import { parseStrictJson } from "../json";
import { formatReference, pushArtifact, type OciClient, type Repository } from "../oci";
import { type Recipe } from "../recipe";
import { attachBundle, signStatement, type Signer, type Statement } from "../sigstore";
import { evidenceError } from "./errors";
import { bundleArtifact, FILES } from "./format";
import { pointerTo, writePointer, type Pointer } from "./pointer";
import { PREDICATE_TYPE, type Predicate } from "./predicate";
import { loadFromDirectory, type LoadedEvidence } from "./source";
import { judge } from "./verify";

/** Evidence that was signed; and, once published, where it is. */
export interface SignedEvidence {
  readonly digest: string;
  readonly predicate: Predicate;
  /** The bundle, as JSON. */
  readonly bundle: string;
  /** Fingerprint of the signer's key. */
  readonly key: string;
}

/**
 * Signs a bundle directory. What would not verify is not signed: everything is checked with the new signature before that is written.
 *
 * @throws CairnError `EVIDENCE_NOT_VERIFIED` when the directory was changed since it was emitted, or is not evidence
 */
export async function signEvidence(directory: string, signer: Signer, now = new Date()): Promise<SignedEvidence> {
  const loaded = await loadFromDirectory(directory);
  const bundle = await signStatement(statementOf(loaded, directory), signer);
  const policy = { kind: "keys", keys: [signer.publicKey] } as const;
  const verdict = await judge(directory, { policy, now }, () =>
    Promise.resolve({ ...loaded, bundles: [{ bytes: Buffer.from(bundle) }] }),
  );
  if (verdict.proven === undefined || verdict.status !== "verified")
    throw evidenceError("EVIDENCE_NOT_VERIFIED", `${directory} is not signed: it would not verify`, {
      findings: verdict.steps.filter((s) => s.status === "failed").map((s) => ({ path: s.name, message: s.detail })),
      hint: "emit it again",
    });
  await writeFile(join(directory, FILES.bundle), bundle);
  const { digest, predicate, key } = verdict.proven;
  return { digest, predicate, key, bundle };
}

function statementOf({ statement }: LoadedEvidence, directory: string): Statement {
  if (statement === undefined) throw evidenceError("EVIDENCE_SOURCE_INVALID", `${directory} has no ${FILES.statement}`);
  try {
    return parseStrictJson(statement) as Statement;
  } catch (cause) {
    throw evidenceError("EVIDENCE_SOURCE_INVALID", `${join(directory, FILES.statement)}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

export interface PublishOptions {
  readonly repository: Repository;
  readonly signer: Signer;
  readonly client: OciClient;
  /** Pointer file to write, for a pull request. */
  readonly pointer?: string;
  readonly now?: Date;
}

export interface PublishedEvidence extends SignedEvidence {
  /** `registry/repository@sha256:…` */
  readonly reference: string;
  readonly pointer: Pointer;
}

/**
 * Signs a bundle directory and pushes it as one OCI artifact with its signature attached, then writes the pointer file.
 *
 * The signature is attached to the evidence's own artifact, never to an image: verifiers of the field take any attestation on an image for
 * a signature of that image.
 *
 * @throws CairnError `EVIDENCE_NOT_VERIFIED`, and those of the registry client
 */
export async function publishEvidence(directory: string, options: PublishOptions): Promise<PublishedEvidence> {
  const { repository, signer, client } = options;
  const signed = await signEvidence(directory, signer, options.now);
  const { files } = await loadFromDirectory(directory);
  const artifact = bundleArtifact(files);
  if (artifact.descriptor.digest !== signed.digest)
    throw evidenceError("EVIDENCE_FILES_MISMATCH", `${directory} was changed while it was published`);
  await pushArtifact(client, { registry: repository.registry, repository: repository.repository }, artifact);
  const ref = { registry: repository.registry, repository: repository.repository, digest: signed.digest };
  await attachBundle(client, ref, signed.bundle, PREDICATE_TYPE);
  // Read and judged before it was signed.
  const recipe = parseStrictJson(files.get(FILES.recipe) ?? Buffer.alloc(0)) as unknown as Recipe;
  const pointer = pointerTo(ref, signed.digest, signed, recipe);
  if (options.pointer !== undefined) await writePointer(options.pointer, pointer);
  return { ...signed, reference: formatReference(ref), pointer };
}
