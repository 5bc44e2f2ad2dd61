import { type PolicyConfigSchema } from "@pulumi/policy";
import * as z from "zod";

/** Lets something through, for a stated time. */
export const exemption = z.strictObject({
  /** Name or URN of a resource. */
  resource: z.string().min(1),
  reason: z.string().min(1),
  /** Issue or ticket that tracks it. */
  link: z.url(),
  /** Last day on which it counts (UTC). */
  expires: z.iso.date(),
});

export type Exemption = z.infer<typeof exemption>;

type Properties = PolicyConfigSchema["properties"];

/**
 * The same as Pulumi checks it before a pack starts; the schema above checks it again, for engines that do not.
 *
 * @param more - What exemptions of a pack may name besides a resource.
 */
export const exemptionSchema = (more: Properties = {}): Properties[string] => ({
  type: "object",
  properties: {
    ...more,
    resource: { type: "string", description: "Name or URN of a resource." },
    reason: { type: "string", minLength: 1 },
    link: { type: "string", description: "URL of the issue or ticket that tracks it." },
    expires: { type: "string", description: "Last day (UTC), as 2027-03-31.", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
  },
  required: ["reason", "link", "expires"],
  additionalProperties: false,
});

export type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "exempt" }
  /** There was one; `note` says so to the reader of the violation. */
  | { readonly kind: "expired"; readonly note: string };

/** What the exemptions that name a subject are worth today. The last day counts to its end, in UTC. */
export function standing(matching: readonly Pick<Exemption, "reason" | "link" | "expires">[], now: Date): Standing {
  const today = now.toISOString().slice(0, "2027-03-31".length);
  if (matching.some((entry) => entry.expires >= today)) return { kind: "exempt" };
  const [latest] = matching.toSorted((a, b) => b.expires.localeCompare(a.expires));
  return latest === undefined
    ? { kind: "none" }
    : { kind: "expired", note: `Its exemption expired on ${latest.expires} (${latest.reason}, ${latest.link})` };
}
