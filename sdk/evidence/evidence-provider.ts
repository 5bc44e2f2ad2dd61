import { createOciClient, digestOf, parseReference } from "../oci";
import { recipeDigest } from "../recipe";
import { openSigner, type KeyFile } from "../sigstore";
import { emitEvidence, type EvidenceInput } from "./emit";
import { publishEvidence, signEvidence } from "./publish";

/** Inputs of the `Evidence` resource, as its provider gets them. */
export interface EvidenceInputs extends Omit<EvidenceInput, "now"> {
  /** Where the bundle is written. */
  readonly directory: string;
  readonly signer: KeyFile;
  /** Repository to publish to, such as `oci://ghcr.io/acme/evidence`. */
  readonly push?: string;
  /** Pointer file to write. */
  readonly pointer?: string;
}

/** What decides whether evidence is still about the same thing. */
interface EvidenceSubject {
  readonly recipeDigest: string;
  readonly lockDigest: string;
  readonly resultsDigest: string;
  readonly snapshotDigest: string;
  readonly destination: string;
}

/** Outputs: small, and without anything secret. */
export interface EvidenceOutputs extends EvidenceSubject {
  /** Of the evidence's manifest. */
  readonly digest: string;
  /** `registry/repository@sha256:…`; the directory when it was not pushed. */
  readonly reference: string;
  readonly tier: string;
  /** Fingerprint of the signer's key. */
  readonly key: string;
  readonly expiresAt: string;
}

const SUBJECT = ["recipeDigest", "lockDigest", "resultsDigest", "snapshotDigest", "destination"] as const;

/** What the `Evidence` resource does. */
export const evidenceProvider = {
  async create(inputs: EvidenceInputs) {
    const outs = await makeEvidence(inputs);
    return { id: outs.digest, outs };
  },
  diff: (_id: string, olds: EvidenceOutputs, news: EvidenceInputs) =>
    Promise.resolve({ changes: evidenceChanged(olds, news) }),
  update: async (_id: string, _olds: EvidenceOutputs, news: EvidenceInputs) => ({ outs: await makeEvidence(news) }),
};

/** Emits, signs and, when told where, publishes evidence. */
async function makeEvidence(inputs: EvidenceInputs): Promise<EvidenceOutputs> {
  const { directory, push, pointer } = inputs;
  const signer = await openSigner(inputs.signer);
  await emitEvidence(inputs, directory);
  const destination = push === undefined ? undefined : parseReference(push);
  const signed =
    destination === undefined
      ? { ...(await signEvidence(directory, signer)), reference: directory }
      : await publishEvidence(directory, {
          repository: destination,
          signer,
          client: createOciClient(),
          ...(pointer !== undefined && { pointer }),
        });
  const { digest, reference, key, predicate } = signed;
  return { ...subjectOf(inputs), digest, reference, key, tier: predicate.tier, expiresAt: predicate.expiresAt };
}

/** Whether evidence must be made again: its recipe, lock, results, cluster or destination is another one. */
function evidenceChanged(before: EvidenceOutputs, now: EvidenceInputs): boolean {
  const subject = subjectOf(now);
  return SUBJECT.some((key) => before[key] !== subject[key]);
}

function subjectOf(inputs: EvidenceInputs): EvidenceSubject {
  const { recipe, lock, results, snapshot, directory, push, pointer, signer, validDays } = inputs;
  const settings = { directory, push, pointer, key: signer.path, validDays };
  return {
    recipeDigest: recipeDigest(recipe),
    lockDigest: digestOfText(lock),
    resultsDigest: digestOfText(JSON.stringify(Object.entries(results).sort())),
    snapshotDigest: digestOfText(snapshot),
    destination: digestOfText(JSON.stringify(settings)),
  };
}

const digestOfText = (text: string): string => digestOf(Buffer.from(text));
