import { parse } from "yaml";
import * as z from "zod";
import { messageOf } from "../errors";
import { parseStrictJson } from "../json";
import { mapOf } from "../map-of";
import { evidenceError, type EvidenceErrorCode } from "./errors";
import { Digest, TIERS } from "./predicate";

// What evidence reads of the documents that it carries. Other rooms own their full shapes.

/** Enough of a recipe to recompute from; whatever does not fit the rest has another digest, or none. */
export const RecipeView = z.looseObject({
  criteria: mapOf(z.unknown()),
  validation: mapOf(z.unknown()),
});

export const LockView = z.looseObject({
  recipe: z.looseObject({ digest: Digest, criteria: mapOf(z.unknown()) }),
  charts: mapOf(z.looseObject({ source: z.string(), chart: z.string(), version: z.string(), archive: Digest })),
  kustomizations: mapOf(z.looseObject({ source: z.string(), commit: z.string(), archive: Digest })).optional(),
  images: z.array(
    z.looseObject({
      reference: z.string(),
      digest: Digest,
      platforms: mapOf(Digest),
      components: z.array(z.string()),
    }),
  ),
});
export type LockView = z.infer<typeof LockView>;

export const SnapshotView = z.looseObject({
  identity: z.string().min(1),
  tier: z.enum(TIERS),
  kubernetes: z.looseObject({ version: z.string() }),
  nodes: z.array(z.looseObject({ nodes: z.int().nonnegative() })),
});
export type SnapshotView = z.infer<typeof SnapshotView>;

const CtrfStatus = z.enum(["passed", "failed", "skipped", "pending", "other"]);
const Count = z.int().nonnegative();

export const CtrfView = z.looseObject({
  reportFormat: z.literal("CTRF"),
  results: z.looseObject({
    summary: z.looseObject({
      tests: Count,
      passed: Count,
      failed: Count,
      skipped: Count,
      pending: Count,
      other: Count,
    }),
    tests: z.array(
      z.looseObject({
        name: z.string().min(1),
        status: CtrfStatus,
        type: z.string().optional(),
        message: z.string().optional(),
        extra: z.looseObject({ tier: z.enum(TIERS).optional() }).optional(),
      }),
    ),
  }),
});
export type CtrfView = z.infer<typeof CtrfView>;
export type CtrfStatus = z.infer<typeof CtrfStatus>;

/** Reads a JSON document strictly. */
export function readJson<T>(schema: z.ZodType<T>, bytes: Buffer, file: string, code: EvidenceErrorCode): T {
  return check(
    schema,
    attempt(() => parseStrictJson(bytes, { maxBytes: 64 * 1024 * 1024 }), file, code),
    file,
    code,
  );
}

/** Reads a YAML document strictly: one document, no duplicate keys, few aliases. */
export function readYaml<T>(schema: z.ZodType<T>, text: string, file: string, code: EvidenceErrorCode): T {
  const options = { strict: true, uniqueKeys: true, maxAliasCount: 10, prettyErrors: false };
  return check(
    schema,
    attempt(() => parse(text, options) as unknown, file, code),
    file,
    code,
  );
}

function attempt(read: () => unknown, file: string, code: EvidenceErrorCode): unknown {
  try {
    return read();
  } catch (cause) {
    throw evidenceError(code, `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, file: string, code: EvidenceErrorCode): T {
  const parsed = schema.safeParse(value);
  // Not what zod returns: it drops keys named `__proto__`. No schema here changes what it reads.
  if (parsed.success) return value as T;
  throw evidenceError(code, `${file} is malformed`, {
    findings: parsed.error.issues.slice(0, 10).map((issue) => ({
      file,
      path: issue.path.join("."),
      message: issue.message,
    })),
  });
}
