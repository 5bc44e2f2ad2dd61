import { CairnError } from "@cairn/sdk/errors";
import type * as z from "zod";

/**
 * Reads a policy's configuration.
 *
 * @param hint - What a right one looks like.
 * @throws CairnError `POLICY_CONFIG_INVALID` with every finding; this stops the operation whatever the policy's level
 */
export function readConfig<T>(policy: string, schema: z.ZodType<T>, raw: unknown, hint: string): T {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const error = new CairnError("POLICY_CONFIG_INVALID", `the configuration of policy ${policy} is not valid`, {
    findings: result.error.issues.map((issue) => ({
      path: [policy, ...issue.path.map(String)].join("."),
      message: issue.message,
    })),
    hint: `mend the file given with --policy-pack-config; ${hint}`,
  });
  // The analyzer protocol carries an error's stack to the user. Here the message says all.
  error.stack = error.message;
  throw error;
}
