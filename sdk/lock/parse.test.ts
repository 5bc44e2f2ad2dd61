import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { parseManifests } from "./parse";

const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const one = (body: string): JsonObject => parseManifests(head + body, "test")[0]!;

describe("parseManifests", () => {
  it("reads numbers and words as Kubernetes does", () => {
    const spec = one(
      "spec: {mode: 0755, hex: 0x1F, text: '0755', yes: yes, time: 1:30, date: 2027-01-01, eq: =, exp: 1e3}",
    )["spec"];
    assert.deepEqual(spec, {
      mode: 493,
      hex: 31,
      text: "0755",
      true: true,
      time: "1:30",
      date: "2027-01-01",
      eq: "=",
      exp: 1000,
    });
  });

  it("drops empty documents, status and null creationTimestamp at any depth; keeps explicit nulls", () => {
    const text = `---\n# Source: x\n---\n${head}spec: {template: {metadata: {creationTimestamp: null}}, keep: null}\nstatus: {x: 1}\n---\n`;
    assert.deepEqual(parseManifests(text, "test"), [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a" },
        spec: { template: { metadata: {} }, keep: null },
      },
    ]);
  });

  it("takes a List apart", () => {
    const list = stringify({
      apiVersion: "v1",
      kind: "List",
      items: [one(""), { ...one(""), metadata: { name: "b" } }],
    });
    assert.deepEqual(
      parseManifests(list, "test").map(({ metadata }) => (metadata as { name: string }).name),
      ["a", "b"],
    );
  });

  it("names source and line of everything that is no object", () => {
    const text = `${head}---\nkind: Pod\n---\n- 1\n---\napiVersion: v1\nkind: Pod\nmetadata: {}\n---\na: [`;
    assert.throws(
      () => parseManifests(text, "chart-x"),
      (error: unknown) => {
        assert.ok(error instanceof CairnError && error.code === "MANIFEST_INVALID");
        assert.deepEqual(
          error.findings.map(({ line }) => line),
          [5, 7, 9, 13],
        );
        return true;
      },
    );
  });

  it("refuses an alias bomb", () => {
    const bomb =
      "a: &a [x,x,x,x,x,x,x,x,x,x]\n" +
      "bcdefg"
        .split("")
        .map((k, i) => `${k}: &${k} [${"*" + "abcdef"[i] + ","}${("*" + "abcdef"[i] + ",").repeat(9)}]\n`)
        .join("");
    assert.throws(() => parseManifests(head + bomb, "test"), CairnError);
  });

  it("gives back what any JSON object was written as", () => {
    const value = fc.letrec<{ v: unknown }>((tie) => ({
      v: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("v")),
        fc.dictionary(fc.string(), tie("v"), { noNullPrototype: true }),
      ),
    })).v;
    fc.assert(
      fc.property(value, (data) => {
        const object = { apiVersion: "v1", kind: "X", metadata: { name: "n" }, data };
        const expected = JSON.parse(
          JSON.stringify(object, (k, v: unknown) => (k === "creationTimestamp" && v === null ? undefined : v)),
        ) as unknown;
        assert.deepEqual(parseManifests(stringify(object, { version: "1.1" }), "test"), [expected]);
      }),
    );
  });
});
