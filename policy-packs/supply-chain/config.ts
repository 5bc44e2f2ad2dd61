import * as kit from "@cairn/policy-kit";
import * as z from "zod";

/** Lets one image or one resource through, for a stated time. */
export type Exemption = z.infer<typeof exemption>;

const exemption = kit.exemption
  .extend({
    /** Image reference or repository, matched exactly. */
    image: z.string().min(1).optional(),
    /** For what has no image name, such as a Helm Release. */
    resource: kit.exemption.shape.resource.optional(),
  })
  .refine((entry) => (entry.image === undefined) !== (entry.resource === undefined), {
    message: "name either an image or a resource",
  });

const config = z.strictObject({
  exemptions: z.array(exemption).default([]),
  /** Paths of `cairn.lock.yaml`, one for each cluster. */
  locks: z.array(z.string().min(1)).optional(),
  /** Paths of PEM files with public keys. */
  keys: z.array(z.string().min(1)).optional(),
});

/** What a policy owner sets, after reading. */
export type Config = z.infer<typeof config>;

/** @throws CairnError `POLICY_CONFIG_INVALID` */
export const readConfig = (policy: string, raw: unknown): Config =>
  kit.readConfig(policy, config, raw, "an exemption needs image or resource, reason, link and expires (2027-03-31)");
