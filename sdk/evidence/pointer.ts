import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import canonicalize from "canonicalize";
import { stringify } from "yaml";
import { type Finding, messageOf } from "../errors";
import { formatReference, parseReference, type Repository } from "../oci";
import { type EvidencePointer, parsePointer, pointerChoices, type Recipe } from "../recipe";
import { evidenceError } from "./errors";
import { PREDICATE_TYPE, type Predicate } from "./predicate";

/** What a pull request commits: where the evidence is and what it is expected to say. It proves nothing by itself. */
export type Pointer = EvidencePointer;

const MAX_BYTES = 64 * 1024;

/** The pointer to published evidence. */
export function pointerTo(
  repository: Repository,
  digest: string,
  { predicate, key }: { readonly predicate: Predicate; readonly key: string },
  recipe: Recipe,
): Pointer {
  const choices = pointerChoices(recipe);
  return {
    apiVersion: "cairn.dev/v1",
    kind: "EvidencePointer",
    recipe: { ...predicate.recipe, ...(choices && { choices }) },
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
  const findings: Finding[] = [];
  const pointer = parsePointer(bytes.toString("utf8"), path, findings);
  if (pointer === undefined)
    throw evidenceError("EVIDENCE_POINTER_INVALID", `${path} is malformed`, { findings: findings.slice(0, 10) });
  const repository = parseReference(pointer.evidence.repository);
  if (repository.tag !== undefined || repository.digest !== undefined)
    throw evidenceError("EVIDENCE_POINTER_INVALID", `${path}: evidence.repository names a tag or a digest of its own`);
  return pointer;
}

/** Where a pointer's statements and the proven ones differ; empty when they agree. */
export function pointerDifferences(pointer: Pointer, proven: Pointer): readonly string[] {
  const said = pointer.recipe.choices;
  const pairs: readonly (readonly [string, string, string])[] = [
    ["digest", pointer.evidence.digest, proven.evidence.digest],
    ["recipe name", pointer.recipe.name, proven.recipe.name],
    ["recipe digest", pointer.recipe.digest, proven.recipe.digest],
    ["signing key", pointer.signer.key, proven.signer.key],
    ["tier", pointer.tier, proven.tier],
    ["attestedAt", pointer.attestedAt, proven.attestedAt],
    ["expiresAt", pointer.expiresAt, proven.expiresAt],
    // One that says nothing about choices claims nothing.
    ...(said ? ([["choices", textOf(said), textOf(proven.recipe.choices)]] as const) : []),
  ];
  return pairs
    .filter(([, said, is]) => said !== is)
    .map(([what, said, is]) => `${what}: pointer ${said}, evidence ${is}`);
}

const textOf = (choices: unknown): string => canonicalize(choices) ?? "";
