import { CairnError } from "../errors";

const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/**
 * Go's duration syntax (`10m`, `1h30m`, `1.5s`), as recipes use it, in milliseconds.
 *
 * @throws CairnError `DURATION_INVALID`
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw new CairnError("DURATION_INVALID", `"${text}" is not a duration`, { hint: "write it like 10m or 1h30m" });
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit as keyof typeof UNITS], 0);
}
