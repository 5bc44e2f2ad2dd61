import { isIPv4 } from "node:net";

/** A block of IPv4 addresses. `size` is the number of addresses. */
export interface Block {
  readonly first: number;
  readonly prefix: number;
}

const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

/** `10.0.0.0/16`, or `undefined` for anything else, a block that does not start at its own boundary included. */
export function parseBlock(text: string): Block | undefined {
  const [address = "", prefixText = "", ...rest] = text.split("/");
  const prefix = /^\d{1,2}$/.test(prefixText) ? Number(prefixText) : 33;
  if (rest.length > 0 || !isIPv4(address) || prefix > 32) return undefined;
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

export function formatBlock({ first, prefix }: Block): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

export function overlap(a: Block, b: Block): boolean {
  return a.first < b.first + sizeOf(b.prefix) && b.first < a.first + sizeOf(a.prefix);
}

export function contains(outer: Block, inner: Block): boolean {
  return inner.first >= outer.first && inner.first + sizeOf(inner.prefix) <= outer.first + sizeOf(outer.prefix);
}

/**
 * Cuts blocks of these prefix lengths out of a block, in this order, each at its own boundary.
 *
 * @returns `undefined` when they do not fit
 */
export function cut(from: Block, prefixes: readonly number[]): readonly Block[] | undefined {
  let next = from.first;
  const blocks = prefixes.map((prefix) => {
    const first = Math.ceil(next / sizeOf(prefix)) * sizeOf(prefix);
    next = first + sizeOf(prefix);
    return { first, prefix };
  });
  return next <= from.first + sizeOf(from.prefix) ? blocks : undefined;
}

/** The longest prefix whose block holds so many addresses: 28 for 16. */
export function prefixFor(addresses: number): number {
  return 32 - Math.ceil(Math.log2(Math.max(1, addresses)));
}

/** What no host of the internet has: for private use (RFC 1918), and behind a carrier's NAT (RFC 6598). */
export const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

const PRIVATE: readonly Block[] = PRIVATE_RANGES.flatMap((text) => parseBlock(text) ?? []);

/** The private range that a block is in. */
export function privateRangeOf(block: Block): Block | undefined {
  return PRIVATE.find((range) => contains(range, block));
}
