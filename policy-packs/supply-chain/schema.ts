import { exemptionSchema } from "@cairn/policy-kit";
import { type PolicyConfigSchema } from "@pulumi/policy";

type PropertySchema = PolicyConfigSchema["properties"][string];

/** Configuration as Pulumi checks it before the pack starts; `config.ts` checks it again, for engines that do not. */
export const EXEMPTIONS: PropertySchema = {
  description: "Images and resources that are let through, each with why, until when and where that is tracked.",
  type: "array",
  items: exemptionSchema({ image: { type: "string", description: "Image reference or repository, matched exactly." } }),
};

export const LOCKS: PropertySchema = {
  description:
    "Paths of cairn.lock.yaml, one for each cluster, absolute or from the pack's directory. Otherwise the environment's CAIRN_LOCK.",
  type: "array",
  items: { type: "string" },
};

export const KEYS: PropertySchema = {
  description:
    "PEM files with the public keys that may sign images, absolute or from the pack's directory. Otherwise CAIRN_TRUSTED_KEYS.",
  type: "array",
  items: { type: "string" },
};
