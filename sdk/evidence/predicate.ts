import * as z from "zod";
import { PHASES, recipeName, TIERS, VALIDATION_PREDICATE as PREDICATE_TYPE } from "../recipe";

export { PREDICATE_TYPE, recipeName, TIERS };

// A pattern, so that the JSON schema has it too.
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 lower-case hex digits");
const Time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/);
const Count = z.int().nonnegative();
const Name = z.string().min(1).max(253);

/** What a phase's tests came to. The counts are those of the CTRF report, recomputed by the verifier. */
const PhaseSummary = z
  .strictObject({
    ctrf: Digest.describe("Digest of ctrf/<phase>.json"),
    tests: Count.min(1),
    passed: Count,
    failed: Count,
    skipped: Count,
    pending: Count,
    other: Count.describe("Tests that could not decide"),
  })
  .meta({ description: "Totals of one validation phase" });

/** The predicate's schema; `docs/recipe-validation-v1.schema.json` is made from it. */
export const PredicateSchema = z
  .strictObject({
    tool: z.strictObject({ name: Name, version: Name }),
    attestedAt: Time.describe("When the evidence was made, UTC"),
    expiresAt: Time.describe("When it stops being evidence, UTC"),
    nonce: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .describe("Random: two runs never give the same statement"),
    tier: z
      .enum(TIERS)
      .describe(
        "simulated: no kubelet; cluster: real kubelets; accelerator: ran on a device. The weakest of all results",
      ),
    recipe: z.strictObject({
      name: Name,
      digest: Digest.describe("Material digest of the recipe, see docs/evidence-format.md"),
    }),
    lock: z.strictObject({ digest: Digest.describe("Digest of lock.yaml") }),
    cluster: z.strictObject({
      identity: Name.describe("UID of the kube-system namespace"),
      kubernetesVersion: Name,
      nodes: Count,
    }),
    phases: z
      .partialRecord(z.enum(PHASES), PhaseSummary)
      .refine((phases) => Object.keys(phases).length > 0, "is empty")
      .meta({ minProperties: 1 }),
    bom: z.strictObject({ digest: Digest.describe("Digest of bom.cdx.json"), images: Count }),
  })
  .meta({ title: "Cairn recipe validation, version 1", description: PREDICATE_TYPE });

/** What a signer states about a recipe: it was validated on this cluster, with these results. */
export type Predicate = z.infer<typeof PredicateSchema>;
export type PhaseSummary = z.infer<typeof PhaseSummary>;

/** The tier of the whole is that of its weakest part. */
export function weakest(tiers: readonly Predicate["tier"][]): Predicate["tier"] {
  return TIERS.find((tier) => tiers.includes(tier)) ?? "simulated";
}

/** Results are as good as the weakest of them, and never better than simulated on a simulated cluster. */
export function tierOf(cluster: Predicate["tier"], results: readonly Predicate["tier"][]): Predicate["tier"] {
  return cluster === "simulated" ? cluster : weakest(results);
}
