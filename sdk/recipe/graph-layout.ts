/** A box to be placed, of which the column is known. */
export interface Box {
  readonly id: string;
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

/** From a box to one in a later column. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Pick<Area, "x" | "width">[];
  readonly areas: ReadonlyMap<string, Area>;
  /**
   * The way of each arrow, in the order of the arrows: points in pairs, from one side of a gutter between two columns to the other.
   * Between two pairs it goes straight through a column, past the boxes there.
   */
  readonly routes: readonly (readonly Point[])[];
}

/** What stands in a column: a box, or the way of a long arrow past its boxes. */
interface Slot {
  readonly column: number;
  readonly width: number;
  readonly height: number;
  readonly isWay: boolean;
  readonly before: Slot[];
  readonly after: Slot[];
  /** Position in the column, from 0. */
  place: number;
  /** Of its middle. */
  y: number;
}

type Side = (slot: Slot) => readonly Slot[];
const before: Side = (slot) => slot.before;
const after: Side = (slot) => slot.after;
const both: Side = (slot) => [...slot.before, ...slot.after];

const GAP_BETWEEN_BOXES = 18;
const GAP_BESIDE_WAYS = 9;
const GUTTER = { narrowest: 48, widest: 100 };
const PORTS_APART = 13;
const SWEEPS = 12;

/**
 * Places boxes in columns and finds a way for each arrow that touches no box. Arrows from one box share their way as far as they can.
 * Within a column the order is by barycentre, to reduce crossings; boxes between which that does not decide keep the order in which they
 * are given. The same input gives the same layout.
 */
export function layOut(boxes: readonly Box[], arrows: readonly Arrow[]): Layout {
  const slots = new Map<string, Slot>(boxes.map((box) => [box.id, slotOf(box, false)]));
  const chains = arrows.map((arrow) => chainOf(arrow, slots));
  const columns = ordered(columnsOf([...slots.values()]));
  settle(columns);
  const across = placeAcross(columns);
  return {
    width: Math.max(0, ...across.map(({ x, width }) => x + width)),
    height: Math.max(0, ...columns.flat().map(({ y, height }) => y + height / 2)),
    columns: across,
    areas: new Map(boxes.map(({ id }) => [id, areaOf(slots.get(id), across)])),
    routes: chains.map((chain) => routeOf(chain, across)),
  };
}

function slotOf({ column, width, height }: Omit<Box, "id">, isWay: boolean): Slot {
  return { column, width, height, isWay, before: [], after: [], place: 0, y: 0 };
}

/** The slots that an arrow goes through. Those between its ends are shared by all long arrows of one box. */
function chainOf({ from, to }: Arrow, slots: Map<string, Slot>): readonly Slot[] {
  const [source, target] = [slots.get(from), slots.get(to)];
  if (source === undefined || target === undefined)
    throw new RangeError(`an arrow from ${from} to ${to}, which are not both boxes`);
  const chain = [source];
  for (let column = source.column + 1; column < target.column; column++) {
    const id = `${from} in column ${column}`;
    const way = slots.get(id) ?? slotOf({ column, width: 0, height: 0 }, true);
    slots.set(id, way);
    chain.push(way);
  }
  chain.push(target);
  for (const [i, slot] of chain.entries()) {
    const next = chain[i + 1];
    if (next === undefined || slot.after.includes(next)) continue;
    slot.after.push(next);
    next.before.push(slot);
  }
  return chain;
}

function columnsOf(slots: readonly Slot[]): readonly (readonly Slot[])[] {
  const columns: Slot[][] = [];
  for (const slot of slots) (columns[slot.column] ??= []).push(slot);
  return columns;
}

/** The order within columns with the fewest crossings that a few sweeps find. */
function ordered(columns: readonly (readonly Slot[])[]): readonly (readonly Slot[])[] {
  columns.forEach(number);
  let best = { columns, crossings: crossingsOf(columns) };
  const current = columns.map((column) => [...column]);
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
    const side = sweep % 2 === 0 ? before : after;
    for (const column of side === before ? current : current.toReversed()) {
      column.sort(by((slot) => mean(side(slot).map(({ place }) => place)) ?? slot.place));
      number(column);
    }
    current.forEach(switchNeighbours);
    const crossings = crossingsOf(current);
    if (crossings < best.crossings) best = { columns: current.map((column) => [...column]), crossings };
  }
  best.columns.forEach(number);
  return best.columns;
}

/** Swaps neighbours in a column as long as that undoes crossings. */
function switchNeighbours(column: Slot[]): void {
  for (let swapped = true; swapped;) {
    swapped = false;
    for (let i = 1; i < column.length; i++) {
      const [upper, lower] = [column[i - 1], column[i]];
      if (upper === undefined || lower === undefined) continue;
      if (
        crossed(lower, upper, before) + crossed(lower, upper, after) >=
        crossed(upper, lower, before) + crossed(upper, lower, after)
      )
        continue;
      [column[i - 1], column[i]] = [lower, upper];
      number(column);
      swapped = true;
    }
  }
}

function number(column: readonly Slot[]): void {
  column.forEach((slot, place) => (slot.place = place));
}

function crossingsOf(columns: readonly (readonly Slot[])[]): number {
  return sum(
    columns.flatMap((column) =>
      column.flatMap((upper, i) => column.slice(i + 1).map((lower) => crossed(upper, lower, after))),
    ),
  );
}

/** How often the arrows on one side of two slots cross when the first stands above the second. */
function crossed(upper: Slot, lower: Slot, side: Side): number {
  return sum(side(upper).map(({ place }) => side(lower).filter((other) => other.place < place).length));
}

/** Heights: each slot as near as possible to those that it is connected with. */
function settle(columns: readonly (readonly Slot[])[]): void {
  for (const column of columns) align(column, () => []);
  for (let round = 0; round < SWEEPS; round++) {
    for (const column of columns) align(column, before);
    for (const column of columns.toReversed()) align(column, after);
  }
  for (const column of [...columns.toReversed(), ...columns]) align(column, both);
  const top = Math.min(...columns.flat().map(({ y, height }) => y - height / 2));
  for (const slot of columns.flat()) slot.y = Math.round(slot.y - slot.height / 2 - top) + slot.height / 2;
}

/**
 * Moves the slots of one column to where their neighbours would have them, keeping order and gaps, with the least sum of squares
 * (isotonic regression by pooling adjacent violators).
 */
function align(column: readonly Slot[], side: Side): void {
  const pools: { wish: number; weight: number; readonly members: Slot[] }[] = [];
  const offsets = new Map<Slot, number>();
  let offset = 0;
  column.forEach((slot, i) => {
    const above = column[i - 1];
    if (above !== undefined) offset += distance(above, slot);
    offsets.set(slot, offset);
    const links = side(slot).map((other) => ({ y: other.y, weight: straightness(slot, other) }));
    const weight = sum(links.map((link) => link.weight));
    const wish = weight === 0 ? slot.y : sum(links.map((link) => link.y * link.weight)) / weight;
    let pool = { wish: wish - offset, weight: Math.max(weight, 0.01), members: [slot] };
    for (let last = pools.at(-1); last !== undefined && last.wish > pool.wish; last = pools.at(-1)) {
      pools.pop();
      const together = last.weight + pool.weight;
      const common = (last.wish * last.weight + pool.wish * pool.weight) / together;
      pool = { wish: common, weight: together, members: [...last.members, ...pool.members] };
    }
    pools.push(pool);
  });
  for (const { wish, members } of pools) for (const slot of members) slot.y = wish + (offsets.get(slot) ?? 0);
}

function distance(above: Slot, below: Slot): number {
  return (above.height + below.height) / 2 + (above.isWay || below.isWay ? GAP_BESIDE_WAYS : GAP_BETWEEN_BOXES);
}

/** The longer an arrow, the more it should be straight. */
function straightness(a: Slot, b: Slot): number {
  if (a.isWay && b.isWay) return 8;
  return a.isWay || b.isWay ? 2 : 1;
}

function placeAcross(columns: readonly (readonly Slot[])[]): Layout["columns"] {
  let x = 0;
  return columns.map((column) => {
    const width = Math.max(...column.map((slot) => slot.width));
    const climbs = column.flatMap((slot) => slot.after.map(({ y }) => Math.abs(y - slot.y)));
    const gutter = Math.min(GUTTER.widest, GUTTER.narrowest + Math.round(Math.max(0, ...climbs) / 6));
    const place = { x, width };
    x += width + gutter;
    return place;
  });
}

function areaOf(slot: Slot | undefined, across: Layout["columns"]): Area {
  const { x, width } = across[slot?.column ?? 0] ?? { x: 0, width: 0 };
  const { y, height } = slot ?? { y: 0, height: 0 };
  return { x, y: y - height / 2, width, height };
}

function routeOf(chain: readonly Slot[], across: Layout["columns"]): readonly Point[] {
  return chain.flatMap((slot, i): readonly Point[] => {
    const { x, width } = across[slot.column] ?? { x: 0, width: 0 };
    const previous = chain[i - 1];
    const entry: readonly Point[] = previous === undefined ? [] : [[x, portOf(slot, previous)]];
    return i === chain.length - 1 ? entry : [...entry, [x + width, slot.y]];
  });
}

/** Where an arrow meets a box: one below the other, in the order in which they come. */
function portOf(slot: Slot, from: Slot): number {
  if (slot.isWay) return slot.y;
  const arriving = slot.before.toSorted(by(({ place }) => place));
  const apart = Math.min(PORTS_APART, (slot.height - 20) / Math.max(1, arriving.length - 1));
  return Math.round(10 * (slot.y + (arriving.indexOf(from) - (arriving.length - 1) / 2) * apart)) / 10;
}

const by =
  (key: (slot: Slot) => number) =>
  (a: Slot, b: Slot): number =>
    key(a) - key(b);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function mean(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : sum(numbers) / numbers.length;
}
