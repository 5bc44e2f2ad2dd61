import { z } from "zod";
import { CairnError } from "@cairn/sdk/errors";

/** Lets one image or one resource through, for a stated time. */
export type Exemption = z.infer<typeof exemption>;

const exemption = z
  .strictObject({
    /** Image reference or repository, matched exactly. */
    image: z.string().min(1).optional(),
    /** Name or URN of a resource: for what has no image name, such as a Helm Release. */
    resource: z.string().min(1).optional(),
    reason: z.string().min(1),
    /** Issue or ticket that tracks it. */
    link: z.url(),
    /** Last day on which it counts (UTC). */
    expires: z.iso.date(),
  })
  .refine((entry) => (entry.image === undefined) !== (entry.resource === undefined), {
    message: "name either an image or a resource",
  });

const config = z.strictObject({
  exemptions: z.array(exemption).default([]),
  /** Path of `cairn.lock.yaml`. */
  lock: z.string().min(1).optional(),
  /** Paths of PEM files with public keys. */
  keys: z.array(z.string().min(1)).optional(),
});

/** What a policy owner sets, after reading. */
export type Config = z.infer<typeof config>;

/**
 * Reads a policy's configuration.
 *
 * @throws CairnError `POLICY_CONFIG_INVALID` with every finding; this stops the operation whatever the policy's level
 */
export function readConfig(policy: string, raw: unknown): Config {
  const result = config.safeParse(raw);
  if (result.success) return result.data;
  const error = new CairnError("POLICY_CONFIG_INVALID", `the configuration of policy ${policy} is not valid`, {
    findings: result.error.issues.map((issue) => ({
      path: [policy, ...issue.path.map(String)].join("."),
      message: issue.message,
    })),
    hint: "mend the file given with --policy-pack-config; an exemption needs image or resource, reason, link and expires (2027-03-31)",
  });
  // The analyzer protocol carries an error's stack to the user. Here the message says all.
  error.stack = error.message;
  throw error;
}
