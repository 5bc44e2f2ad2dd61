import { type Findings } from "../cloud/findings";

/** What a network interface is in a launch template: ordinary Ethernet (ENA), EFA with Ethernet, or EFA alone, which takes no address. */
export type InterfaceType = "interface" | "efa" | "efa-only";

/** One network interface of a GPU node. */
export interface NetworkInterface {
  /** Index of the network card. */
  readonly card: number;
  /** Index of the device on its card. */
  readonly device: number;
  readonly type: InterfaceType;
}

/** The interfaces of one node. */
export type Layout = readonly NetworkInterface[];

/** One network card of an instance type. */
export interface NetworkCard {
  /** Interfaces that it takes. */
  readonly slots: number;
  readonly carries: "ena" | "efa" | "both" | "nothing";
}

/** The interfaces that an instance type can have. */
export interface Networking {
  /** By index. */
  readonly cards: readonly NetworkCard[];
  readonly layouts: Layouts;
}

/**
 * A layout by name. `recommended` takes the fewest addresses at full fabric bandwidth; `full-ip-bandwidth` adds Ethernet interfaces;
 * `classic` is EFA with an address on every card, as older templates have it; `combined` is one interface for both; `eight-efa` spreads
 * the fabric of a GB200 over twice as many cards.
 */
export type LayoutName = "recommended" | "full-ip-bandwidth" | "classic" | "combined" | "eight-efa";

export type Layouts = { readonly recommended: Layout } & { readonly [name in LayoutName]?: Layout };

export const isEfa = ({ type }: NetworkInterface): boolean => type !== "interface";

/** EFA devices that a node shows to Kubernetes. */
export const efaCount = (layout: Layout): number => layout.filter(isEfa).length;

/** Addresses that a node takes before its pods take any. */
export const addressCount = (layout: Layout): number => layout.filter(({ type }) => type !== "efa-only").length;

/** So many cards in a row. */
export function cards(count: number, slots: number, carries: NetworkCard["carries"]): readonly NetworkCard[] {
  return Array.from({ length: count }, () => ({ slots, carries }));
}

/** One Ethernet interface, on the first card. */
export const ETHERNET: Layout = [{ card: 0, device: 0, type: "interface" }];

/** EFA and Ethernet on one interface. */
export const COMBINED: Layout = [{ card: 0, device: 0, type: "efa" }];

/** Ethernet first, and EFA without an address on these cards; on the first card it is the second device. */
export function efaOn(...on: readonly number[]): Layout {
  return [...ETHERNET, ...on.map((card) => ({ card, device: card === 0 ? 1 : 0, type: "efa-only" as const }))];
}

/** Adds Ethernet as the second device of these cards. */
export function withEthernet(layout: Layout, on: readonly number[]): Layout {
  return [...layout, ...on.map((card) => ({ card, device: 1, type: "interface" as const }))];
}

/** EFA with an address on every card. */
export function classic(count: number): Layout {
  return range(0, count - 1).map((card) => ({ card, device: card === 0 ? 0 : 1, type: "efa" }));
}

/** Whole numbers from one to the other. */
export function range(first: number, last: number, step = 1): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
}

/**
 * Checks a layout that somebody wrote by hand against what the instance type can have. EC2 would refuse it when the first node starts,
 * or start it with less bandwidth.
 */
export function checkLayout(layout: Layout, path: string, type: string, networking: Networking, out: Findings): void {
  const seen = new Set<string>();
  const placed = layout.map((one, i) => {
    const at = `${path}[${i}]`;
    const place = `${one.card}/${one.device}`;
    if (!out.check(!seen.has(place), at, `card ${one.card} has device ${one.device} twice`)) return false;
    seen.add(place);
    return checkPlace(one, at, type, networking, out);
  });
  const [first] = layout.filter(({ card, device }) => card === 0 && device === 0);
  const hint = 'start with { card: 0, device: 0, type: "interface" }';
  if (out.check(first !== undefined, path, "has no primary interface", hint))
    out.check(first?.type !== "efa-only", path, "the primary interface needs an address, EFA alone has none", hint);
  if (placed.every(Boolean)) checkEfa(layout, path, type, networking, out);
}

function checkPlace(one: NetworkInterface, at: string, type: string, { cards }: Networking, out: Findings): boolean {
  const card = cards[one.card];
  if (card === undefined || card.slots === 0) {
    const usable = cards.flatMap(({ slots }, i) => (slots > 0 ? [i] : []));
    out.add(at, `${type} has no card ${one.card} to use`, `its cards are ${spans(usable)}`);
    return false;
  }
  const last = card.slots - 1;
  const exists = out.check(
    Number.isInteger(one.device) && one.device >= 0 && one.device <= last,
    at,
    `card ${one.card} of ${type} has no device ${one.device}`,
    last === 0 ? "it takes device 0 only" : `it takes devices 0 to ${last}`,
  );
  if (!out.oneOf(one.type, `${at}.type`, ["interface", "efa", "efa-only"])) return false;
  const fits = card.carries === "both" || one.type === (card.carries === "efa" ? "efa-only" : "interface");
  const message = `card ${one.card} of ${type} takes ${CARRIES[card.carries]} only, not ${one.type}`;
  return out.check(fits, at, message) && exists;
}

const CARRIES: { readonly [what in NetworkCard["carries"]]: string } = {
  ena: "interface",
  efa: "efa-only",
  both: "interface and efa",
  nothing: "nothing",
};

function checkEfa(layout: Layout, path: string, type: string, { layouts }: Networking, out: Findings): void {
  const perCard = new Map<number, number>();
  for (const { card } of layout.filter(isEfa)) perCard.set(card, (perCard.get(card) ?? 0) + 1);
  for (const [card, count] of perCard)
    out.check(count === 1, path, `card ${card} has ${count} EFA interfaces`, "a card takes one");
  const known = Object.values(layouts);
  const counts = [...new Set(known.map(efaCount))].sort((a, b) => a - b);
  const found = efaCount(layout);
  const hint = "leave `interfaces` out for the recommended layout";
  const message = `has ${found} EFA interfaces, ${type} works with ${counts.join(" or ")}`;
  if (!out.check(counts.includes(found), path, message, hint)) return;
  // Cards share ports, and each GPU has cards of its own: other cards are less bandwidth, or none for some GPUs.
  const usual = [...new Set(known.filter((one) => efaCount(one) === found).map(efaCards))];
  const where = `has EFA on cards ${efaCards(layout)}; ${type} works with it on ${usual.join(" or ")}`;
  out.check(usual.includes(efaCards(layout)), path, where, hint);
}

const efaCards = (layout: Layout): string =>
  [...new Set(layout.filter(isEfa).map(({ card }) => card))].sort((a, b) => a - b).join(", ");

/** `0 to 16`, or the numbers themselves when they are not in a row. */
function spans(numbers: readonly number[]): string {
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  return numbers.length > 2 && last - first + 1 === numbers.length ? `${first} to ${last}` : numbers.join(", ");
}
