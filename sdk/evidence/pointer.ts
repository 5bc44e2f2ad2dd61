import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { messageOf } from "../errors";
import { formatReference, parseReference, type Repository } from "../oci";
import { readYaml } from "./documents";
import { evidenceError } from "./errors";
import { Digest, PREDICATE_TYPE, TIERS, type Predicate } from "./predicate";

const PointerSchema = z.strictObject({
  apiVersion: z.literal("cairn.dev/v1"),
  kind: z.literal("EvidencePointer"),
  recipe: z.strictObject({ name: z.string(), digest: Digest }),
  evidence: z.strictObject({ repository: z.string(), digest: Digest, predicateType: z.literal(PREDICATE_TYPE) }),
  signer: z.strictObject({ key: Digest }),
  tier: z.enum(TIERS),
  attestedAt: z.string(),
  expiresAt: z.string(),
});

/** What a pull request commits: where the evidence is and what it is expected to say. It proves nothing by itself. */
export type Pointer = Readonly<z.infer<typeof PointerSchema>>;

const MAX_BYTES = 64 * 1024;

/** The pointer to published evidence. */
export function pointerTo(repository: Repository, digest: string, predicate: Predicate, key: string): Pointer {
  return {
    apiVersion: "cairn.dev/v1",
    kind: "EvidencePointer",
    recipe: predicate.recipe,
    evidence: { repository: nameOf(repository), digest, predicateType: PREDICATE_TYPE },
    signer: { key },
    tier: predicate.tier,
    attestedAt: predicate.attestedAt,
    expiresAt: predicate.expiresAt,
  };
}

const nameOf = ({ registry, repository }: Repository): string => formatReference({ registry, repository });

export async function writePointer(path: string, pointer: Pointer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, stringify(pointer, { lineWidth: 0 }));
}

/**
 * Reads a pointer file.
 *
 * @throws CairnError `EVIDENCE_POINTER_INVALID`
 */
export async function readPointer(path: string): Promise<Pointer> {
  let bytes: Buffer;
  try {
    // Not more than is allowed, and one byte to tell that there is more: the file may be endless.
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAX_BYTES + 1), position: 0 });
      bytes = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw evidenceError("EVIDENCE_POINTER_INVALID", `the pointer ${path} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (bytes.length > MAX_BYTES)
    throw evidenceError("EVIDENCE_POINTER_INVALID", `the pointer ${path} is larger than ${MAX_BYTES} bytes`);
  const pointer = readYaml(PointerSchema, bytes.toString("utf8"), path, "EVIDENCE_POINTER_INVALID");
  const repository = parseReference(pointer.evidence.repository);
  if (repository.tag !== undefined || repository.digest !== undefined)
    throw evidenceError("EVIDENCE_POINTER_INVALID", `${path}: evidence.repository names a tag or a digest of its own`);
  return pointer;
}

/** Where a pointer's statements and the proven ones differ; empty when they agree. */
export function pointerDifferences(pointer: Pointer, proven: Pointer): readonly string[] {
  const pairs: readonly (readonly [string, string, string])[] = [
    ["digest", pointer.evidence.digest, proven.evidence.digest],
    ["recipe name", pointer.recipe.name, proven.recipe.name],
    ["recipe digest", pointer.recipe.digest, proven.recipe.digest],
    ["signing key", pointer.signer.key, proven.signer.key],
    ["tier", pointer.tier, proven.tier],
    ["attestedAt", pointer.attestedAt, proven.attestedAt],
    ["expiresAt", pointer.expiresAt, proven.expiresAt],
  ];
  return pairs
    .filter(([, said, is]) => said !== is)
    .map(([what, said, is]) => `${what}: pointer ${said}, evidence ${is}`);
}
