/** Addresses of one family. */
interface Range {
  readonly family: 4 | 6;
  /** Bits of the network's part. */
  readonly prefix: number;
  /** First and last address; only of IPv4. */
  readonly first: number;
  readonly last: number;
}

/** Nobody owns more at a stretch: registries gave out no more than a /8, and of IPv6 than a /16. */
const SHORTEST_PREFIX = { 4: 8, 6: 16 } as const;

/** Of all IPv4 addresses, from which on a list does not keep anybody out. */
const WORLDWIDE_SHARE = 1 / 16;

/**
 * Whether a list of ranges lets the internet in: by one range that is too wide, or by many that together are. `0.0.0.0/1` and `128.0.0.0/1` are
 * `0.0.0.0/0` in two words.
 */
export function isWorldwide(ranges: readonly string[]): boolean {
  const read = ranges.map(parse).filter((range) => range !== undefined);
  if (read.some(({ family, prefix }) => prefix < SHORTEST_PREFIX[family])) return true;
  return covered(read.filter(({ family }) => family === 4)) >= WORLDWIDE_SHARE * 2 ** 32;
}

/** A range as clouds write it. What is none they refuse themselves. */
function parse(text: string): Range | undefined {
  const [, address = "", bits] = /^\s*([\da-f.:]+)(?:\/(\d+))?\s*$/i.exec(text) ?? [];
  if (address.includes(":")) return { family: 6, prefix: Number(bits ?? 128), first: 0, last: 0 };
  const octets = address.split(".").map(Number);
  if (address === "" || octets.length !== 4) return undefined;
  const prefix = Number(bits ?? 32);
  const size = 2 ** (32 - prefix);
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = Math.floor(number / size) * size;
  return { family: 4, prefix, first, last: first + size - 1 };
}

/** How many addresses are in any of the ranges; overlaps count once. */
function covered(ranges: readonly Range[]): number {
  let [total, end] = [0, -1];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    total += Math.max(0, last - Math.max(first, end + 1) + 1);
    end = Math.max(end, last);
  }
  return total;
}
