import assert from "node:assert/strict";
import fc from "fast-check";
import { type Area, type Arrow, type Box, layOut, type Layout, type Point } from "./graph-layout";

const box = (id: string, column: number, height = 40): Box => ({ id, column, width: 100, height });
const arrow = (from: string, to: string): Arrow => ({ from, to });

/** Ids of one column from top to bottom. */
const columnOf = ({ areas, columns }: Layout, column: number): readonly string[] =>
  [...areas]
    .filter(([, area]) => area.x === columns[column]?.x)
    .sort(([, a], [, b]) => a.y - b.y)
    .map(([id]) => id);

const graphs = fc
  .array(fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: 30, max: 90 })), { minLength: 1, maxLength: 25 })
  .chain((places) => {
    const columns = [...new Set(places.map(([column]) => column))].sort();
    const boxes = places.map(([column, height], i) => box(`b${i}`, columns.indexOf(column), height));
    const possible = boxes.flatMap((a) => boxes.filter((b) => a.column < b.column).map((b) => arrow(a.id, b.id)));
    return fc.subarray(possible, { maxLength: Math.min(60, possible.length) }).map((arrows) => ({ boxes, arrows }));
  });

describe("the layout of a graph", () => {
  it("keeps boxes apart, inside, and in their columns", () => {
    fc.assert(
      fc.property(graphs, ({ boxes, arrows }) => {
        const { areas, width, height, columns } = layOut(boxes, arrows);
        for (const { id, column } of boxes) {
          const area = areas.get(id);
          assert.ok(area !== undefined && area.x === columns[column]?.x);
          assert.ok(area.x >= 0 && area.y >= 0 && area.x + area.width <= width && area.y + area.height <= height);
          for (const [other, its] of areas) if (other !== id) assert.ok(!overlap(area, its, 8), `${id} and ${other}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("leads each arrow from its box to its box and past all others", () => {
    fc.assert(
      fc.property(graphs, ({ boxes, arrows }) => {
        const { areas, routes } = layOut(boxes, arrows);
        for (const [i, { from, to }] of arrows.entries()) {
          const route = routes[i] ?? [];
          const [source, target] = [areas.get(from), areas.get(to)];
          assert.ok(source !== undefined && target !== undefined);
          assert.deepEqual(route[0], [source.x + source.width, source.y + source.height / 2]);
          const [x, y] = route.at(-1) ?? [];
          assert.ok(x === target.x && y !== undefined && y > target.y && y < target.y + target.height);
          for (const [id, area] of areas)
            for (const way of throughColumns(route)) assert.ok(!overlap(area, way, 4), `${from} → ${to} through ${id}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("puts next to each other what is connected, so that arrows do not cross without need", () => {
    const layout = layOut(
      [box("a", 0), box("b", 0), box("c", 0), box("x", 1), box("y", 1), box("z", 1)],
      [arrow("a", "z"), arrow("b", "y"), arrow("c", "x")],
    );
    const order = columnOf(layout, 0).map((id) => ({ a: "z", b: "y", c: "x" })[id]);
    assert.deepEqual(columnOf(layout, 1), order);
    for (const route of layout.routes) assert.equal(route[0]?.[1], route[1]?.[1]);
  });

  it("keeps the order in which boxes are given where nothing else decides", () => {
    const layout = layOut([box("m", 0), box("b", 0), box("z", 0), box("a", 1)], [arrow("b", "a")]);
    assert.deepEqual(columnOf(layout, 0), ["m", "b", "z"]);
  });

  it("lets long arrows of one box share their way", () => {
    const boxes = [box("a", 0), box("b", 1), box("c", 2), box("d", 2)];
    const { routes } = layOut(boxes, [arrow("a", "c"), arrow("a", "d"), arrow("a", "b")]);
    assert.equal(routes[0]?.length, 4);
    assert.deepEqual(routes[0]?.slice(0, 3), routes[1]?.slice(0, 3));
  });

  it("gives arrows that meet at one box an end each", () => {
    const sources = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const { routes } = layOut(
      [...sources.map((id) => box(id, 0)), box("z", 1)],
      sources.map((id) => arrow(id, "z")),
    );
    assert.equal(new Set(routes.map((route) => route.at(-1)?.[1])).size, sources.length);
  });
});

/** Where a route goes straight through a column. */
function throughColumns(route: readonly Point[]): readonly Area[] {
  return route.flatMap(([x, y], i) => {
    const next = route[i + 1];
    return i % 2 === 1 && next !== undefined ? [{ x, y, width: next[0] - x, height: 0 }] : [];
  });
}

function overlap(a: Area, b: Area, gap: number): boolean {
  const apart = (start: number, size: number, otherStart: number, otherSize: number): boolean =>
    start + size + gap <= otherStart || otherStart + otherSize + gap <= start;
  return !apart(a.x, a.width, b.x, b.width) && !apart(a.y, a.height, b.y, b.height);
}
