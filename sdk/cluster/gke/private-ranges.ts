import { contains, parseBlock, type Block } from "../cloud/cidr";

/** Ranges that no host of the internet has: RFC 1918, and RFC 6598 for those behind a carrier's NAT. */
export const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

export function isPrivate(block: Block): boolean {
  return PRIVATE.some((range) => {
    const outer = parseBlock(range);
    return outer !== undefined && contains(outer, block);
  });
}
