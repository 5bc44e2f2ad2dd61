import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PHASES, recipeDigest, type Phase, type Recipe } from "../recipe";
import { digestOf, type BuiltArtifact } from "../oci";
import { STATEMENT_V1, type Statement } from "../sigstore";
import { buildBom } from "./bom";
import { LockView, readJson, readYaml, SnapshotView } from "./documents";
import { evidenceError } from "./errors";
import { bundleArtifact, ctrfFile, FILES } from "./format";
import { PREDICATE_TYPE, recipeName, tierOf, type Predicate } from "./predicate";
import { asksFor, readResults } from "./results";
import { VERSION } from "../version";

/** What was validated, and what came of it. Texts are recorded byte for byte. */
export interface EvidenceInput {
  readonly recipe: Recipe;
  /** Content of `cairn.lock.yaml`. */
  readonly lock: string;
  /** Snapshot of the cluster, as JSON text. */
  readonly snapshot: string;
  /** CTRF report of each phase that ran, as JSON text. One of which the recipe asks nothing is left out. */
  readonly results: { readonly [P in Phase]?: string };
  /** Days until it stops being evidence. @default 90 */
  readonly validDays?: number;
  /** @default the clock */
  readonly now?: Date;
}

/** A bundle directory that was written and not signed yet. */
export interface EmittedEvidence {
  readonly directory: string;
  /** Of the OCI artifact that the directory becomes; the subject of the statement. */
  readonly digest: string;
  readonly statement: Statement;
  readonly predicate: Predicate;
}

const DEFAULT_VALID_DAYS = 90;
const MAX_VALID_DAYS = 730;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Writes a bundle directory: the recipe, the lock, a bill of materials, the snapshot, the results, a manifest that lists them all, and the
 * statement to sign. A directory that is there is replaced as a whole, after everything was found good.
 *
 * @throws CairnError `EVIDENCE_RESULTS_FAILED` when a test did not pass: only what passed is evidence; `EVIDENCE_INPUT_INVALID`, and what
 * verification would say about results that contradict each other
 */
export async function emitEvidence(input: EvidenceInput, directory: string): Promise<EmittedEvidence> {
  const { files, predicate } = compose(input);
  const artifact = bundleArtifact(files);
  const statement: Statement = {
    _type: STATEMENT_V1,
    subject: [{ digest: { sha256: artifact.descriptor.digest.replace("sha256:", "") } }],
    predicateType: PREDICATE_TYPE,
    predicate: predicate as unknown as Statement["predicate"],
  };
  await writeDirectory(directory, files, artifact, statement);
  return { directory, digest: artifact.descriptor.digest, statement, predicate };
}

function compose(input: EvidenceInput): { files: ReadonlyMap<string, Buffer>; predicate: Predicate } {
  const lock = readYaml(LockView, input.lock, FILES.lock, "EVIDENCE_INPUT_INVALID");
  const snapshotBytes = Buffer.from(input.snapshot);
  const snapshot = readJson(SnapshotView, snapshotBytes, FILES.snapshot, "EVIDENCE_INPUT_INVALID");
  const recipe = { name: recipeName(input.recipe.criteria), digest: recipeDigest(input.recipe) };
  if (lock.recipe.digest !== recipe.digest)
    throw evidenceError(
      "EVIDENCE_LOCK_MISMATCH",
      "the lock was made for another recipe than the one that was validated",
      {
        hint: "run `cairn lock`, then validate again",
      },
    );

  const ran = PHASES.flatMap((phase) => {
    const text = input.results[phase];
    return text === undefined || !asksFor(input.recipe, phase) ? [] : [{ phase, bytes: Buffer.from(text) }];
  });
  const results = ran.map(({ phase, bytes }) => ({ phase, ...readResults(phase, bytes) }));
  checkResults(results);

  const bom = Buffer.from(buildBom(input.lock, lock, { name: recipe.name, version: recipe.digest }));
  const attestedAt = input.now ?? new Date();
  const validDays = input.validDays ?? DEFAULT_VALID_DAYS;
  if (!(validDays > 0 && validDays <= MAX_VALID_DAYS))
    throw evidenceError(
      "EVIDENCE_INPUT_INVALID",
      `evidence is valid for 1 to ${MAX_VALID_DAYS} days, not ${validDays}`,
    );
  const predicate: Predicate = {
    tool: { name: "cairn", version: VERSION },
    attestedAt: attestedAt.toISOString(),
    expiresAt: new Date(attestedAt.getTime() + validDays * DAY_MS).toISOString(),
    nonce: randomBytes(16).toString("hex"),
    tier: tierOf(
      snapshot.tier,
      results.map(({ tier }) => tier),
    ),
    recipe,
    lock: { digest: digestOf(Buffer.from(input.lock)) },
    cluster: {
      identity: snapshot.identity,
      kubernetesVersion: snapshot.kubernetes.version,
      nodes: snapshot.nodes.reduce((sum, group) => sum + group.nodes, 0),
    },
    phases: Object.fromEntries(results.map(({ phase, summary }) => [phase, summary])),
    bom: { digest: digestOf(bom), images: lock.images.length },
  };
  const files = new Map<string, Buffer>([
    [FILES.recipe, Buffer.from(`${JSON.stringify(input.recipe, null, 2)}\n`)],
    [FILES.lock, Buffer.from(input.lock)],
    [FILES.bom, bom],
    [FILES.snapshot, snapshotBytes],
    ...ran.map(({ phase, bytes }): [string, Buffer] => [ctrfFile(phase), bytes]),
  ]);
  return { files, predicate };
}

function checkResults(results: readonly { readonly bad: readonly string[] }[]): void {
  if (results.length === 0)
    throw evidenceError("EVIDENCE_INPUT_INVALID", "no validation phase ran, so there is nothing to attest", {
      hint: 'validate first: `cairn validate`, or `validate: ["deployment"]` in the program',
    });
  const bad = results.flatMap((phase) => phase.bad);
  if (bad.length > 0)
    throw evidenceError("EVIDENCE_RESULTS_FAILED", "validation did not pass, so there is nothing to attest", {
      kind: "check-failed",
      findings: bad.map((message) => ({ message })),
      hint: "mend what failed and validate again",
    });
}

async function writeDirectory(
  directory: string,
  files: ReadonlyMap<string, Buffer>,
  artifact: BuiltArtifact,
  statement: Statement,
): Promise<void> {
  await assertReplaceable(directory);
  const all: readonly (readonly [string, Buffer])[] = [
    ...files,
    [FILES.manifest, artifact.bytes],
    [FILES.statement, Buffer.from(JSON.stringify(statement))],
  ];
  // Beside it and then in its place, so that an interrupt leaves no half-written evidence.
  const next = `${resolve(directory)}.new`;
  await rm(next, { recursive: true, force: true });
  for (const [path, bytes] of all) {
    const target = join(next, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
  await rm(directory, { recursive: true, force: true });
  await rename(next, directory);
}

/** What is replaced as a whole had better be ours. */
async function assertReplaceable(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [] as string[];
    throw evidenceError("EVIDENCE_INPUT_INVALID", `${directory} is not a directory that can be written`, {
      cause: error,
    });
  });
  if (entries.length > 0 && !(entries.includes(FILES.manifest) && entries.includes(FILES.statement)))
    throw evidenceError("EVIDENCE_INPUT_INVALID", `${directory} holds something else than evidence`, {
      hint: "name a directory that is empty or does not exist",
    });
}
