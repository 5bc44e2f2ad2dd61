import { CairnError, messageOf } from "../errors";
import { createOciClient, digestOf, parseManifest, type OciClient } from "../oci";
import { STATEMENT_V1, verifyBundle, type SignerPolicy, type Statement, type VerifiedStatement } from "../sigstore";
import { AGREEMENTS, type Proven } from "./agreement";
import { evidenceError } from "./errors";
import { ARTIFACT_TYPE, listedFiles, RECORDED } from "./format";
import { readPointer } from "./pointer";
import { PREDICATE_TYPE, PredicateSchema, type Predicate } from "./predicate";
import { loadEvidence, type LoadedEvidence } from "./source";
import { NOT_REACHED, type StepResult, type StepStatus, type Verdict } from "./verdict";

export interface VerifyOptions {
  /** Who may have signed. Never empty. */
  readonly policy: SignerPolicy;
  /** Pointer file that a directory must agree with. A source that is a pointer file is always held to it. */
  readonly pointer?: string;
  /** Digest of the recipe that the evidence must be about, such as that of the recipe in a pull request. */
  readonly recipeDigest?: string;
  /** @default a client with the Docker config's credentials */
  readonly client?: OciClient;
  /** @default the clock */
  readonly now?: Date;
}

/**
 * Judges evidence: a pointer file, a directory, or `oci://repository@sha256:…`. A directory is judged without a network.
 *
 * First the signature over exact bytes, then the statement, then the files; after that everything that the statement says is recomputed from
 * the files. Nothing that a later step reads is trusted before the earlier ones passed.
 *
 * @throws CairnError `SIGSTORE_POLICY_EMPTY` when nobody is trusted. Bad evidence is a verdict, not an error.
 * @example
 * const verdict = await verifyEvidence("recipes/evidence/h100-local-training.yaml", { policy: { kind: "keys", keys: [pem] } });
 * console.log(formatVerdict(verdict));
 */
export async function verifyEvidence(source: string, options: VerifyOptions): Promise<Verdict> {
  if (options.policy.keys.length === 0)
    throw new CairnError("SIGSTORE_POLICY_EMPTY", "no signer is trusted, so nothing can be verified", {
      hint: "name at least one public key",
    });
  return judge(source, options, async () => {
    const evidence = await loadEvidence(source, options.client ?? createOciClient());
    return options.pointer === undefined ? evidence : { ...evidence, pointer: await readPointer(options.pointer) };
  });
}

/** What {@link judge} holds evidence to. */
export type Judgement = Pick<VerifyOptions, "policy" | "recipeDigest" | "now">;

/** The steps of a verification, whatever the evidence was loaded from. */
export async function judge(source: string, options: Judgement, load: () => Promise<LoadedEvidence>): Promise<Verdict> {
  const report = createReport();
  const loaded = await report.step("source", async () => {
    const evidence = await load();
    return [evidence, evidence.place];
  });
  const signed = await report.step("signature", () => proveSignature(loaded(), options.policy));
  const predicate = await report.step("statement", () => proveStatement(signed()));
  const digest = await report.step("subject", () => proveSubject(signed().statement, loaded()));
  const files = await report.step("files", () => proveFiles(loaded()));
  const proven = (): Proven => ({
    predicate: predicate(),
    digest: digest(),
    files: files(),
    key: signed().key,
    pointer: loaded().pointer,
  });
  const expected = { now: options.now ?? new Date(), recipeDigest: options.recipeDigest };
  for (const [name, agree] of Object.entries(AGREEMENTS))
    await report.step(name, () => [undefined, agree(proven(), expected)]);
  return report.verdict(source, proven);
}

/** At least one bundle is of a trusted signer and states what evidence states. */
function proveSignature(evidence: LoadedEvidence, policy: SignerPolicy): Proof<VerifiedStatement> {
  const refusals: string[] = [];
  for (const bundle of evidence.bundles) {
    if ("problem" in bundle) {
      refusals.push(bundle.problem);
      continue;
    }
    try {
      const verified = verifyBundle(bundle.bytes, policy);
      checkStatementCopy(verified, evidence.statement);
      return [verified, `by ${verified.key}`];
    } catch (error) {
      if (evidence.bundles.length === 1) throw error;
      refusals.push(messageOf(error));
    }
  }
  if (refusals.length === 0)
    throw evidenceError("EVIDENCE_UNSIGNED", "no signature is attached", {
      hint: "publish it with `cairn evidence publish`",
    });
  throw evidenceError("EVIDENCE_NOT_VERIFIED", "none of the attached signatures is good", {
    findings: refusals.slice(0, 10).map((message) => ({ message })),
  });
}

function checkStatementCopy({ payload }: VerifiedStatement, copy: Buffer | undefined): void {
  if (copy !== undefined && !copy.equals(payload))
    throw evidenceError("EVIDENCE_FILES_MISMATCH", "statement.json is not the statement that was signed");
}

function proveStatement({ statement }: VerifiedStatement): Proof<Predicate> {
  if (statement._type !== STATEMENT_V1 || statement.predicateType !== PREDICATE_TYPE)
    throw evidenceError(
      "EVIDENCE_PREDICATE_TYPE",
      `the signature is of a ${statement.predicateType} (${statement._type}), not of a recipe validation`,
    );
  const parsed = PredicateSchema.safeParse(statement.predicate);
  if (parsed.success) return [parsed.data, PREDICATE_TYPE];
  throw evidenceError("EVIDENCE_PREDICATE_INVALID", "the signed predicate is malformed", {
    findings: parsed.error.issues.slice(0, 10).map((i) => ({ path: i.path.join("."), message: i.message })),
  });
}

/** The statement is about this manifest and nothing else. */
function proveSubject(statement: Statement, { manifest }: LoadedEvidence): Proof<string> {
  const digest = digestOf(manifest);
  const [subject, ...others] = statement.subject;
  const isExact = Object.keys(subject?.digest ?? {}).length === 1 && `sha256:${subject?.digest["sha256"]}` === digest;
  if (!isExact || others.length > 0)
    throw evidenceError("EVIDENCE_SUBJECT_MISMATCH", `the statement is not about this manifest (${digest}) alone`);
  return [digest, digest];
}

/** The manifest is a closed world: every file that it lists is there as listed, and no other is. */
function proveFiles({ manifest, files, place }: LoadedEvidence): Proof<ReadonlyMap<string, Buffer>> {
  const parsed = parseManifest(manifest, place);
  const listed = listedFiles(parsed);
  const paths = listed.map(({ path }) => path);
  const problems = [
    ...(parsed.artifactType === ARTIFACT_TYPE ? [] : [`the manifest is of a ${parsed.artifactType ?? "plain image"}`]),
    ...paths.filter((path, i) => paths.indexOf(path) !== i).map((path) => `listed twice: ${path}`),
    ...paths.filter((path) => !RECORDED.includes(path)).map((path) => `not part of evidence: ${path}`),
    ...[...files.keys()].filter((path) => !paths.includes(path)).map((path) => `not listed: ${path}`),
    ...listed.flatMap(({ path, digest, size }) => {
      const bytes = files.get(path);
      if (bytes === undefined) return [`missing: ${path}`];
      return bytes.length === size && digestOf(bytes) === digest ? [] : [`changed: ${path}`];
    }),
  ];
  if (problems.length === 0) return [files, `${listed.length} files, all as listed, no other`];
  throw evidenceError("EVIDENCE_FILES_MISMATCH", "the files are not those that were signed", {
    findings: problems.slice(0, 20).map((message) => ({ message })),
  });
}

/** A step's value, for the steps that build on it. Throws where the step did not pass. */
type Value<T> = () => T;

/** What a step proved, and that for people; without words there was nothing to check. */
type Proof<T> = readonly [value: T, detail: string | undefined];

class NotReached extends Error {}

function createReport() {
  const steps: StepResult[] = [];
  return {
    async step<T>(name: string, prove: () => Proof<T> | Promise<Proof<T>>): Promise<Value<T>> {
      try {
        const [value, detail] = await prove();
        if (detail !== undefined) steps.push({ name, status: "verified", detail });
        return () => value;
      } catch (error) {
        steps.push(failedStep(name, error));
        return () => {
          throw new NotReached(name);
        };
      }
    },
    verdict(source: string, proven: Value<Proven>): Verdict {
      const has = (status: StepStatus): boolean => steps.some((step) => step.status === status);
      const status = has("failed") ? "failed" : has("could-not-check") ? "could-not-check" : "verified";
      try {
        const { digest, key, predicate } = proven();
        return { status, source, steps, proven: { digest, key, predicate } };
      } catch {
        return { status, source, steps };
      }
    },
  };
}

function failedStep(name: string, error: unknown): StepResult {
  if (error instanceof NotReached)
    return { name, status: "could-not-check", detail: `not reached: ${error.message} did not pass`, code: NOT_REACHED };
  // What is not one of our errors is a surprise from hostile bytes: a refusal, never a crash.
  if (!(error instanceof CairnError))
    return { name, status: "failed", detail: messageOf(error), code: "EVIDENCE_NOT_VERIFIED" };
  const status = error.kind === "could-not-check" ? "could-not-check" : "failed";
  return { name, status, detail: error.message, code: error.code };
}
