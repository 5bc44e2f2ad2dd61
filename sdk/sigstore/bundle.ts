import * as z from "zod";
import { messageOf } from "../errors";
import { parseStrictJson, type JsonObject } from "../json";
import { mapOf } from "../map-of";
import { sigstoreError } from "./errors";
import { type Statement } from "./types";

export const BUNDLE_MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";
export const STATEMENT_V1 = "https://in-toto.io/Statement/v1";
/** Still written by cosign 3.1 for attestations. */
export const STATEMENT_V01 = "https://in-toto.io/Statement/v0.1";

/** Largest bundle that is read, in bytes. */
export const BUNDLE_MAX_BYTES = 4 * 1024 * 1024;

/** The parts of a bundle that a signature by a key is made of. */
export interface KeyBundle {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
  readonly hint: string;
}

/** Standard alphabet, padded, no line breaks, no stray bits: one text for one sequence of bytes. */
const Base64 = z
  .string()
  .transform((text, ctx) => {
    const bytes = Buffer.from(text, "base64");
    if (bytes.toString("base64") !== text) ctx.addIssue("is not canonical base64");
    return bytes;
  })
  .refine((bytes) => bytes.length > 0, "is empty");

const Signature = z.strictObject({ sig: Base64, keyid: z.string().max(512).optional() });

// The fields of sigstore.bundle.v1 (protobuf-specs 0.5). Log entries and timestamps prove nothing under a key policy, so they are let
// through unread.
const BundleSchema = z.strictObject({
  mediaType: z.literal(BUNDLE_MEDIA_TYPE),
  verificationMaterial: z.strictObject({
    publicKey: z.strictObject({ hint: z.string().min(1).max(512) }),
    tlogEntries: z.array(z.looseObject({})).max(32).optional(),
    timestampVerificationData: z.looseObject({}).optional(),
  }),
  dsseEnvelope: z.strictObject({
    payload: Base64,
    payloadType: z.string(),
    signatures: z.tuple([Signature], { error: "must be exactly one signature" }),
  }),
});

/** Reads a bundle strictly: version 0.3, a DSSE envelope, a key hint, exactly one signature, nothing unknown. */
export function parseBundle(bytes: Buffer): KeyBundle {
  const value = readJson(bytes, "SIGSTORE_BUNDLE_MALFORMED", "the bundle");
  checkVersion(value);
  const parsed = BundleSchema.safeParse(value);
  if (!parsed.success) throw malformed("SIGSTORE_BUNDLE_MALFORMED", "the bundle", parsed.error);
  const { dsseEnvelope: envelope, verificationMaterial: material } = parsed.data;
  const [signature] = envelope.signatures;
  const { hint } = material.publicKey;
  if (signature.keyid !== undefined && signature.keyid !== "" && signature.keyid !== hint)
    throw sigstoreError("SIGSTORE_BUNDLE_MALFORMED", "the bundle names two keys: its keyid is not its hint");
  return { payloadType: envelope.payloadType, payload: envelope.payload, signature: signature.sig, hint };
}

function checkVersion(value: unknown): void {
  const mediaType = (value as { readonly mediaType?: unknown } | null)?.mediaType;
  if (mediaType === BUNDLE_MEDIA_TYPE) return;
  const shown = typeof mediaType === "string" ? JSON.stringify(mediaType.slice(0, 100)) : "missing";
  throw sigstoreError("SIGSTORE_BUNDLE_VERSION", `the bundle's media type is ${shown}, not ${BUNDLE_MEDIA_TYPE}`);
}

const HEX = /^(?:[0-9a-f]{2})+$/;

const DigestSet = mapOf(z.string().regex(HEX, "must be lower-case hex"))
  .refine((digests) => Object.keys(digests).length > 0, "is empty")
  .refine(({ sha256 }) => sha256 === undefined || sha256.length === 64, "sha256 must have 64 hex digits");

// in-toto attestation framework 1.1, "ResourceDescriptor".
const SubjectSchema = z.strictObject({
  name: z.string().optional(),
  uri: z.string().optional(),
  digest: DigestSet,
  content: z.string().optional(),
  downloadLocation: z.string().optional(),
  mediaType: z.string().optional(),
  annotations: mapOf(z.unknown()).nullable().optional(),
});

const StatementSchema = z.strictObject({
  _type: z.enum([STATEMENT_V1, STATEMENT_V01]),
  subject: z.array(SubjectSchema).min(1).max(1024),
  predicateType: z.string().min(1).max(1024),
  predicate: mapOf(z.unknown()).optional(),
});

/** Reads the payload as an in-toto statement, once. Only for bytes whose signature was checked. */
export function parseStatement(payload: Buffer): Statement {
  const value = readJson(payload, "SIGSTORE_STATEMENT_INVALID", "the signed statement");
  const parsed = StatementSchema.safeParse(value);
  if (!parsed.success) throw malformed("SIGSTORE_STATEMENT_INVALID", "the signed statement", parsed.error);
  const statement = parsed.data as unknown as Statement;
  return { ...statement, predicate: (statement.predicate as JsonObject | undefined) ?? {} };
}

type MalformedCode = "SIGSTORE_BUNDLE_MALFORMED" | "SIGSTORE_STATEMENT_INVALID";

function readJson(bytes: Buffer, code: MalformedCode, what: string): unknown {
  try {
    return parseStrictJson(bytes, { maxBytes: BUNDLE_MAX_BYTES });
  } catch (cause) {
    throw sigstoreError(code, `${what} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function malformed(code: MalformedCode, what: string, error: z.ZodError): Error {
  return sigstoreError(code, `${what} is malformed`, {
    findings: error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })),
  });
}
