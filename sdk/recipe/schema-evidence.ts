import * as z from "zod";
import { mapOf } from "../map-of";
import { type JsonValue } from "../json";
import { TIERS, VALIDATION_PREDICATE } from "./evidence-pointer";
import { filled, kind, optionalText, strict, text } from "./schema-fields";

/* Where the evidence of a recipe is: what `cairn evidence publish --pointer` writes and a pull request commits. */

const digest = text.regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 lower-case hex digits");
const time = text.regex(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/,
  "must be a time such as 2027-01-15T12:00:00.000Z",
);

const dynamicPath = strict({
  component: filled.describe("Name of the component."),
  path: filled.describe("Path in its values."),
});
const setting = dynamicPath.extend({
  value: z.custom<JsonValue>((value) => value !== undefined, "must be given").describe("What was set there."),
});

const choices = strict({
  nodes: z.int().min(1).nullish().describe("Number of GPU nodes."),
  profiles: mapOf(text).nullish().describe("The value of each profile."),
  region: optionalText.describe("Where the cluster was."),
  values: z.array(setting).nullish().describe("What was set with `--set` or by a program."),
  dynamic: z.array(dynamicPath).nullish().describe("What was left to programs."),
});

const recipe = strict({
  name: filled.describe("What its criteria say: `<accelerator>-<service>-<os>-<intent>-<platform>`."),
  digest: digest.describe(
    "Digest of the recipe that was validated. Lint tells when the catalogue gives another one now.",
  ),
  choices: choices.nullish().describe("What was decided beside the criteria, and so is part of the digest."),
});

const evidence = strict({
  repository: filled.describe("Repository of a registry, without tag and digest."),
  digest: digest.describe("Digest of the bundle in it."),
  predicateType: z.literal(VALIDATION_PREDICATE).describe("Type of the signed statement."),
});

export const pointerSchema = strict({
  kind: kind("EvidencePointer"),
  apiVersion: z.literal("cairn.dev/v1").describe("Version of the document's format."),
  recipe: recipe.describe("What the evidence is about."),
  evidence: evidence.describe("Where it is."),
  signer: strict({ key: digest.describe("Fingerprint of the public key: sha256 of its SPKI DER.") }).describe(
    "Who signed it.",
  ),
  tier: z.enum(TIERS).describe("What it was measured on; the weakest of all results."),
  attestedAt: time.describe("When it was made."),
  expiresAt: time.describe("When it stops being evidence."),
}).describe("Where the evidence of a recipe is: `evidence/<recipe>.yaml`. It proves nothing by itself.");
