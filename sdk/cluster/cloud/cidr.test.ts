import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { type Block, contains, cut, formatBlock, overlap, parseBlock, prefixFor } from "./cidr";

const block = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 32 }))
  .map(([address, prefix]): Block => ({ first: address - (address % 2 ** (32 - prefix)), prefix }));

const parsed = (text: string): Block => parseBlock(text) ?? assert.fail(`${text} is a block`);

describe("a block of addresses", () => {
  it("is read back as it is written", () => {
    fc.assert(fc.property(block, (one) => assert.deepEqual(parseBlock(formatBlock(one)), one)));
  });

  for (const text of [
    "",
    "10.0.0.0",
    "10.0.0.1/16",
    "10.0.0.0/33",
    "10.0.0/16",
    "10.0.0.0/16/1",
    "10.0.0.0/-1",
    "::/0",
    "a/8",
  ])
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseBlock(text), undefined));

  it("overlaps another exactly when one contains the other", () => {
    fc.assert(
      fc.property(block, block, (a, b) => {
        assert.equal(overlap(a, b), contains(a, b) || contains(b, a));
        assert.equal(overlap(a, b), overlap(b, a));
      }),
    );
  });

  it("is cut into blocks that are inside it, of the size that was asked for, and apart", () => {
    const prefixes = fc.array(fc.integer({ min: 17, max: 28 }), { maxLength: 8 });
    fc.assert(
      fc.property(prefixes, (wanted) => {
        const from = parsed("10.0.0.0/16");
        const blocks = cut(from, wanted);
        if (blocks === undefined) return;
        assert.deepEqual(
          blocks.map(({ prefix }) => prefix),
          wanted,
        );
        assert.ok(blocks.every((one) => contains(from, one)));
        assert.ok(blocks.every((one, i) => blocks.every((other, j) => i === j || !overlap(one, other))));
      }),
    );
  });

  it("is not cut into more than it holds", () => {
    assert.deepEqual(cut(parsed("10.0.0.0/24"), [25, 25])?.map(formatBlock), ["10.0.0.0/25", "10.0.0.128/25"]);
    assert.equal(cut(parsed("10.0.0.0/24"), [25, 25, 32]), undefined);
    // Each starts at its own boundary, so order can cost room.
    assert.equal(cut(parsed("10.0.0.0/24"), [26, 25, 26]), undefined);
  });

  it("has the longest prefix that holds so many addresses", () => {
    assert.deepEqual([1, 2, 16, 17, 256].map(prefixFor), [32, 31, 28, 27, 24]);
  });
});
