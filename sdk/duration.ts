import { CairnError } from "./errors";

const MILLISECONDS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** Go's notation of a duration (`time.ParseDuration`, Go 1.26) without a sign: `10m`, `1h30m`, `1.5s`. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/;

/**
 * A duration such as `10m`, in milliseconds.
 *
 * @throws CairnError `DURATION_INVALID`
 */
export function parseDuration(text: string): number {
  if (!DURATION.test(text))
    throw new CairnError("DURATION_INVALID", `"${text}" is not a duration`, { hint: "write it like 10m or 1h30m" });
  return [...text.matchAll(/(\d+(?:\.\d+)?)(\D+)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (MILLISECONDS[unit ?? ""] ?? 0),
    0,
  );
}
