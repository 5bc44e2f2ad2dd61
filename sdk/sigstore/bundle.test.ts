import assert from "node:assert/strict";
import { parseStatement } from "./bundle";

const STATEMENT =
  '{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%","DIGEST":"aa"}}],"predicateType":"t","predicate":{"KEY":{"a":1}}}';
const parse = (digest: string, key: string) =>
  parseStatement(Buffer.from(STATEMENT.replace("%", "a".repeat(64)).replace("DIGEST", digest).replace("KEY", key)));

describe("a signed statement", () => {
  it("shows whoever judges it every key, one that every object has included", () => {
    const { predicate, subject } = parse("__proto__", "__proto__");
    assert.deepEqual(Object.entries(predicate), [["__proto__", { a: 1 }]]);
    assert.deepEqual(Object.keys(subject[0]?.digest ?? {}), ["sha256", "__proto__"]);
  });

  it("is refused for a digest that is none, under whatever name", () => {
    for (const name of ["md5", "__proto__"])
      assert.throws(
        () =>
          parseStatement(Buffer.from(STATEMENT.replace("%", "a".repeat(64)).replace('DIGEST":"aa"', `${name}":"AA"`))),
        /must be lower-case hex/,
      );
  });
});
