import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { type Finding } from "../errors";
import { builtinCatalog } from ".";
import { exactPlaceIn } from "./path";
import { parseYaml, parseYamlStream } from "./yaml";
import { plainDocuments } from "./yaml-plain";
import { parseStrictly } from "./yaml-strict";

/** What the two readers may see differently when it stands in the wrong place. */
const MARKS = [
  ..."\t\n\r :-[]{}&*!|>'\"%#,?<@`\\~=.0x",
  ..."\u0085\u00a0\u2028\ufeff",
  ...[
    "\n  ",
    "\n    ",
    "---\n",
    "...\n",
    "- ",
    "? ",
    ": ",
    "<<: ",
    "&a ",
    "*a",
    "!!str ",
    "|-\n",
    "|2\n",
    ">+\n",
    "\\ud800",
  ],
  ...[
    "key",
    "key: 1",
    "true",
    "NULL",
    "0755",
    "25.10",
    "1e3",
    "1e999",
    "0o17",
    "0x1F",
    ".inf",
    "-.5",
    "+1",
    "1_000",
    "{ a: 1 }",
  ],
];

/** YAML from a library, or words and marks, with a few more of these somewhere in it. */
const text = fc
  .tuple(
    fc.oneof(
      fc.jsonValue({ maxDepth: 4 }).map((value) => stringify({ value })),
      fc.array(fc.constantFrom(...MARKS), { maxLength: 12 }).map((parts) => parts.join("")),
    ),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...MARKS)), { maxLength: 2 }),
  )
  .map(([before, accidents]) =>
    accidents.reduce((after, [where, mark]) => {
      const at = Math.floor(where * after.length);
      return after.slice(0, at) + mark + after.slice(at);
    }, before),
  );

describe("YAML that is plain", function () {
  this.timeout(30_000);

  it("is the same to both readers, whatever else they refuse", () => {
    let plain = 0;
    fc.assert(
      fc.property(text, (text) => {
        const documents = plainDocuments(text);
        if (documents === undefined) return;
        plain += 1;
        const findings: Finding[] = [];
        const strict = parseStrictly(1000, text, "f.yaml", findings);
        assert.deepEqual(findings, []);
        assert.equal(JSON.stringify(documents), JSON.stringify(strict?.map(({ value }) => value)));
      }),
      { numRuns: 3000 },
    );
    assert.ok(plain > 500, `only ${plain} texts were plain`);
  });

  for (const [what, text] of Object.entries({
    "a directive": "%YAML 1.1\n---\na: yes\n",
    "a mark of a document's end": "...\na: 1\n",
    "an indented mark of a document's start": " ---\na: 1\n",
    "a tab in front of a line": "a: b\n\t\n  ]\n",
    "an anchor in front of a key": "1_000: &a a:\n",
    "a tag without a name": "a: ! 1\n",
    "text that says how far it is indented": "a: |1\n b\n",
    "an escape for half of a character": 'a: "\\ud800"\n',
    "an old line end": "a: 1\rb: 2\r",
    "a byte order mark inside": "a: 1\n\ufeffb: 2\n",
    "text alone": "  >\n#\n",
    "a number beyond all others": "a: 1e999\n",
    "a merge key": "<<: { a: 1 }\n",
    "a key that is nothing": "~: 1\n",
    "an alias": "a: &x 1\nb: *x\n",
    "a key twice": "a: 1\na: 2\n",
  }))
    it(`is not ${what}`, () => assert.equal(plainDocuments(text), undefined));

  it("is every overlay, mixin and values file of the built-in catalogue, which takes four times as long otherwise", () => {
    const files = [...builtinCatalog().files.values()];
    const documents = files.filter(({ path }) => /^(overlays|mixins)\/|\/values\.yaml$|^registry\.yaml$/.test(path));
    assert.ok(documents.length > 100);
    assert.deepEqual(
      documents.flatMap(({ path, content }) => (plainDocuments(content) === undefined ? [path] : [])),
      [],
    );
  });

  it("still has a place for each key, and each number as it was written", () => {
    const parsed = parseYaml("a:\n  - b: 1.30\n    c: 0x1F\n", "f.yaml", []);
    assert.deepEqual(parsed?.value, { a: [{ b: "1.30", c: 31 }] });
    assert.deepEqual(exactPlaceIn(parsed?.places ?? {}, ["a", 0, "c"]), [3, 5]);
    assert.equal(parsed?.written().get("a\n0\nc"), "0x1F");
    const second = parseYamlStream("a: 1\n---\nb: 2\n", "f.yaml", [])?.[1];
    assert.deepEqual(exactPlaceIn(second?.places ?? {}, ["b"]), [3, 1]);
  });
});
