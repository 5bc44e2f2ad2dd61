import { exemption, exemptionSchema, readConfig } from "@cairn/policy-kit";
import { type PolicyConfigSchema } from "@pulumi/policy";
import * as z from "zod";

const settings = z.strictObject({
  exemptions: z.array(exemption).default([]),
  endpoint: z.enum(["private", "restricted"]).default("restricted"),
  largePool: z.int().min(1).default(8),
});

export type PolicySettings = z.infer<typeof settings>;

/** @throws CairnError `POLICY_CONFIG_INVALID` */
export const readSettings = (policy: string, raw: unknown): PolicySettings =>
  readConfig(policy, settings, raw, "an exemption needs resource, reason, link and expires (2027-03-31)");

type Property = PolicyConfigSchema["properties"][string];

/** Configuration as Pulumi checks it before the pack starts. */
export const EXEMPTIONS: Property = {
  description: "Resources that are let through, each with why, until when and where that is tracked.",
  type: "array",
  items: exemptionSchema(),
};

export const ENDPOINT: Property = {
  description: "Whether a public API endpoint is fine when it answers stated addresses only.",
  type: "string",
  enum: ["private", "restricted"],
  default: "restricted",
};

export const LARGE_POOL: Property = {
  description: "GPU nodes in a pool from which capacity has to be named.",
  type: "integer",
  minimum: 1,
  default: 8,
};
