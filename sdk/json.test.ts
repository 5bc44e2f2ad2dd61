import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStrictJson } from "./json";

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

describe("parseStrictJson", () => {
  it("reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}|e\+/.test(text));
        assert.deepEqual(parse(text), JSON.parse(text));
      }),
    );
  });

  it("takes one key in two objects, and a key as a value", () => {
    assert.deepEqual(parse('{"a":{"a":"a"},"b":[{"a":1},{"a":2}]}'), { a: { a: "a" }, b: [{ a: 1 }, { a: 2 }] });
  });

  it("takes __proto__ and the like as keys like any other", () => {
    const value = parse('{"__proto__":{"a":1},"constructor":2,"toString":{"__proto__":3}}') as Record<string, object>;
    assert.deepEqual(Object.keys(value), ["__proto__", "constructor", "toString"]);
    assert.deepEqual(
      [Object.getPrototypeOf(value), Object.entries(value["toString"] ?? {})],
      [Object.prototype, [["__proto__", 3]]],
    );
  });

  const refused: Readonly<Record<string, string>> = {
    "a duplicate key": '{"a":1,"a":1}',
    "a duplicate key in another spelling": '{"a":1,"\\u0061":1}',
    "a duplicate key after an object": '{"a":{"b":1},"a":1}',
    "a duplicate key deep inside": '[[{"x":[{"a":1,"a":2}]}]]',
    "__proto__ twice": '{"__proto__":1,"\\u005f_proto__":1}',
    "a number out of range": "1e400",
    "an integer that no double holds": "9007199254740993",
    "a lone surrogate": '"\\ud800"',
    "a lone surrogate in a key": '{"\\ud800":1}',
    "a trailing comma": "[1,]",
    "a comment": "[1] // one",
    "two values": "1 2",
    "a byte order mark": "\ufeff1",
    nothing: "",
  };
  for (const [name, text] of Object.entries(refused))
    it(`refuses ${name}`, () => assert.throws(() => parse(text), SyntaxError));

  it("refuses what is too deep, and what is too large", () => {
    assert.throws(() => parse("[".repeat(65) + "]".repeat(65)), SyntaxError);
    assert.throws(() => parseStrictJson(Buffer.from("[1,2,3]"), { maxBytes: 6 }), SyntaxError);
  });
});
