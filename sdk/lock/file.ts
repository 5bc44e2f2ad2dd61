import { stringify } from "yaml";
import * as z from "zod";
import { CairnError, type Finding, messageOf } from "../errors";
import { readTextFile, writeFileAtomically } from "../files";
import { mapOf } from "../map-of";
import { isDigest, parseReference } from "../oci";
import { readYaml } from "../recipe";
import { lockName } from "./image-name";
import { type Lock } from "./types";

/** A lock of a hundred images with their signatures is half a megabyte. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A broken file has more errors than anybody reads. */
const MAX_FINDINGS = 20;

const HEADER = `# Made by \`cairn lock\`: chart and image digests of one recipe, and who signed the images. Do not edit; commit it.
# \`cairn lock --check\` tells whether it is up to date, \`cairn lock --update [component]\` moves it.
`;

const text = z.string().min(1).max(4096);
const digest = z.string().refine(isDigest, "must be sha256: and 64 lower-case hex digits");
const bundle = z.string().max(1024 * 1024);

const signature = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("verified"), key: digest, bundle }),
  z.strictObject({ status: z.literal("unverified"), reason: text, bundle: bundle.optional() }),
  z.strictObject({ status: z.literal("none") }),
]);

const reference = text.refine((value) => {
  try {
    return lockName(parseReference(value)) === value;
  } catch {
    return false;
  }
}, "must be a full reference, such as docker.io/library/nginx:1.27");

const chart = z.strictObject({
  source: text,
  chart: text,
  version: text,
  manifest: digest.optional(),
  archive: digest,
});

const kustomization = z.strictObject({
  source: text,
  path: text,
  tag: text,
  commit: z.string().regex(/^[0-9a-f]{40}$/, "must be a commit, 40 lower-case hex digits"),
  archive: digest,
});

const schema = z.strictObject({
  apiVersion: z.literal("cairn.dev/v1"),
  kind: z.literal("Lock"),
  recipe: z.strictObject({
    digest,
    criteria: z.strictObject({
      service: text,
      accelerator: text,
      intent: text,
      os: text,
      platform: text,
      nodes: z.int().min(0),
    }),
    choices: z
      .strictObject({
        profiles: z.record(text, text).optional(),
        region: text.optional(),
        values: z.array(z.strictObject({ component: text, path: text, value: z.json() })).optional(),
        dynamic: z.array(z.strictObject({ component: text, path: text })).optional(),
      })
      .optional(),
  }),
  kubernetes: z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/, "must be a version such as 1.36.1"),
    apiVersions: z.array(text),
  }),
  helm: text,
  kubectl: text.optional(),
  charts: mapOf(chart),
  kustomizations: mapOf(kustomization).optional(),
  images: z
    .array(
      z.strictObject({
        reference,
        digest,
        platforms: mapOf(digest),
        components: z.array(text),
        signature,
      }),
    )
    .superRefine((images, context) => {
      const seen = new Set<string>();
      images.forEach((image, i) => {
        if (seen.has(image.reference))
          context.addIssue({ code: "custom", path: [i, "reference"], message: `${image.reference} is here twice` });
        seen.add(image.reference);
      });
    }),
  exemptions: z.array(z.strictObject({ image: text, reason: text, link: z.url().max(4096), expires: z.iso.date() })),
});

/**
 * Reads `cairn.lock.yaml`.
 *
 * @throws CairnError `LOCK_MISSING`, or `LOCK_INVALID` with every finding and its place
 */
export function readLock(file: string): Lock {
  const findings: Finding[] = [];
  const document = readYaml(readText(file), file, findings);
  if (document === undefined) throw invalid(file, findings);
  const result = schema.safeParse(document.value);
  // Not what zod returns: it drops keys named `__proto__`.
  if (result.success) return document.value as Lock;
  throw invalid(file, document.findingsFor(result.error.issues));
}

/** Writes a lock: the same lock gives the same bytes, and nobody ever sees half of them. */
export function writeLock(file: string, lock: Lock): void {
  writeFileAtomically(file, HEADER + stringify(lock, { lineWidth: 0, aliasDuplicateObjects: false }));
}

function readText(file: string): string {
  try {
    return readTextFile(file, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw missingLock(file);
    throw invalid(file, [{ file, message: messageOf(error) }]);
  }
}

export function missingLock(file: string): CairnError {
  return new CairnError("LOCK_MISSING", `there is no lock at ${file}`, { hint: "run `cairn lock`" });
}

function invalid(file: string, findings: readonly Finding[]): CairnError {
  return new CairnError("LOCK_INVALID", `${file} is not a valid lock`, {
    findings: findings.slice(0, MAX_FINDINGS),
    hint: "restore it from version control, or run `cairn lock`",
  });
}
