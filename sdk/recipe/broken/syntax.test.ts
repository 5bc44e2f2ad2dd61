import { type Files } from "../support.test";
import { type Broken, brokenIn, inMixin, inOverlay, inRegistry } from "./corpus.test";

const values = (content: string | Buffer): Files => ({ "components/a/values.yaml": content });
const inValues = (what: string, content: string | Buffer, ...findings: readonly string[]): Broken =>
  brokenIn("components/a/values.yaml")(what, values(content), ...findings);

/** Text that is not YAML 1.2, or more of it than anybody reads. */
export const SYNTAX: readonly Broken[] = [
  inValues("a tab for indentation", "a:\n\t- b\n", "2:1: Tabs are not allowed as indentation"),
  inValues("a tab before a key", "\ta: 1\n", "1:1: Tabs are not allowed as indentation"),
  inValues(
    "a key below a value",
    "a: b\n  c: d\n",
    "1:4: Nested mappings are not allowed in compact mappings",
    "1:4: Implicit keys need to be on a single line",
  ),
  inValues(
    "a key between two indentations",
    "a:\n    b: 1\n  c: 2\n",
    "3:1: All mapping items must start at the same column",
  ),
  inValues(
    "a list under a key's own line",
    "a: - b\n",
    "1:4: Unexpected block-seq-ind on same line with key",
    "1:6: Implicit map keys need to be followed by map values",
  ),
  inValues(
    "a map after a list",
    "- a\nb: 1\n",
    "2:1: Unexpected scalar at node end",
    '2:2: Unexpected map-value-ind token in YAML stream: ":"',
    '2:4: Unexpected scalar token in YAML stream: "1"',
  ),
  inValues(
    "two colons in a line",
    "image: nvcr.io: 5000\n",
    "1:8: Nested mappings are not allowed in compact mappings",
  ),
  inValues("an open single quote", "a: 'x\nb: 1\n", "3:1: Missing closing 'quote"),
  inValues("an open double quote", 'a: "x\nb: 1\n', '3:1: Missing closing "quote'),
  inValues("text after a quoted one", 'a: "x" y\n', "1:8: Unexpected scalar at node end"),
  inValues(
    "an open list",
    "a: [1, 2\nb: 3\n",
    "2:1: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ),
  inValues(
    "an open map",
    "a: { b: 1\n",
    "2:1: Flow map in block collection must be sufficiently indented and end with a }",
  ),
  inValues("a closing bracket too many", "a: [1]]\n", '1:7: Unexpected flow-seq-end token in YAML stream: "]"'),
  inValues("two commas in a list", "a: [1,, 2]\n", "1:7: Unexpected , in flow sequence"),
  inValues("an unknown escape", 'a: "\\q"\n', "1:5: Invalid escape sequence \\q"),
  inValues("half an escape", 'a: "\\x4"\n', '1:5: Invalid escape sequence \\x4"'),
  inValues("half of a character", 'a: "\\ud800"\n', "1:4: holds half of a character (a lone surrogate)"),
  inValues(
    "half of a character for a key",
    'a: 1\n"\\udfff": 2\n',
    "2:1: holds half of a character (a lone surrogate)",
  ),
  inValues(
    "a reserved mark",
    "a: @b\nc: `d\n",
    "1:4: Plain value cannot start with reserved character @",
    "2:4: Plain value cannot start with reserved character `",
  ),
  inValues(
    "text less indented than it says",
    "a: |3\n x\n",
    "2:1: All mapping items must start at the same column",
    "2:2: Implicit map keys need to be followed by map values",
  ),
  inValues("old Macintosh line ends", "a: 1\rb: 2\r", "1:4: Nested mappings are not allowed in compact mappings"),
  inValues(
    "more mistakes than anybody reads",
    "a: }\n".repeat(50),
    '1:4: Unexpected flow-map-end token in YAML stream: "}"',
    '2:1: Unexpected scalar token in YAML stream: "a"',
    '2:2: Unexpected map-value-ind token in YAML stream: ":"',
    '2:4: Unexpected flow-map-end token in YAML stream: "}"',
    '3:1: Unexpected scalar token in YAML stream: "a"',
    '3:2: Unexpected map-value-ind token in YAML stream: ":"',
    '3:4: Unexpected flow-map-end token in YAML stream: "}"',
    '4:1: Unexpected scalar token in YAML stream: "a"',
    '4:2: Unexpected map-value-ind token in YAML stream: ":"',
    '4:4: Unexpected flow-map-end token in YAML stream: "}"',
  ),

  inValues("two documents", "a: 1\n---\nb: 2\n", "2:1: a second YAML document begins here"),
  inValues("text after the end of the document", "a: 1\n...\nb: 2\n", "3:1: a second YAML document begins here"),
  inValues("documents without end", "---\n".repeat(400_000), "2:1: a second YAML document begins here"),
  inValues("the rules of YAML 1.1", "# old\n%YAML 1.1\n---\nenabled: yes\n", "2:1: only YAML 1.2 is read"),
  inValues("the rules of a YAML to come", "%YAML 2.0\n---\na: 1\n", "1:7: Unsupported YAML version 2.0"),
  inValues("an unknown directive", "%MACRO x\n---\na: 1\n", "1:1: Unknown directive %MACRO"),

  inValues("a NUL", "a: x\0y\n", "1:5: the character U+0000 is not allowed in YAML"),
  inValues(
    "an escape sequence for terminals",
    "a: 1\nb: \u001b[2J\n",
    "2:4: the character U+001B is not allowed in YAML",
  ),
  inValues("a byte that is not UTF-8", Buffer.from("a: 1\nb: ä\xff\n", "latin1"), "2:4: is not valid UTF-8"),
  inValues("text in UTF-16", Buffer.from("\ufeffa: 1\n", "utf16le"), "1:1: is not valid UTF-8"),
  inValues("a character cut in two", Buffer.from("a: €").subarray(0, -1), "1:4: is not valid UTF-8"),

  inValues(
    "a number without bounds",
    "a: 1e999\nb: -.inf\nc: .nan\n",
    "1:4: 1e999 cannot be expressed as JSON",
    "2:4: -.inf cannot be expressed as JSON",
    "3:4: .nan cannot be expressed as JSON",
  ),
  inValues("a commit that looks like a number", "revision: 123e4567\n", "1:11: 123e4567 cannot be expressed as JSON"),
  inValues(
    "binary data",
    "a: !!binary aGk=\n",
    "1:13: the tag tag:yaml.org,2002:binary is not part of YAML 1.2's core schema",
  ),
  inValues(
    "types of YAML 1.1",
    "a: !!timestamp 2001-01-01\nb: !!set { x }\nc: !!omap [x: 1]\n",
    "1:16: the tag tag:yaml.org,2002:timestamp is not part of YAML 1.2's core schema",
    "2:10: the tag tag:yaml.org,2002:set is not part of YAML 1.2's core schema",
    "3:11: the tag tag:yaml.org,2002:omap is not part of YAML 1.2's core schema",
  ),
  inValues("a tag of somebody's own", "a: !vault secret\n", "1:4: Unresolved tag: !vault"),
  inValues(
    "a tag that runs code elsewhere",
    "a: !!js/function 'f'\n",
    "1:4: Unresolved tag: tag:yaml.org,2002:js/function",
  ),
  inValues(
    "a tag that does not fit",
    "a: !!int abc\nb: !!map [1]\n",
    "1:4: Unresolved tag: tag:yaml.org,2002:int",
    "2:4: Unresolved tag: tag:yaml.org,2002:map",
  ),

  inValues(
    "merge keys",
    "a: &a { x: 1 }\nb:\n  <<: *a\nc: { <<: [*a] }\n",
    "3:3: merge keys (<<) are not part of YAML 1.2",
    "4:6: merge keys (<<) are not part of YAML 1.2",
  ),
  inValues("an alias of nothing", "a: *nothing\n", "1:4: there is no anchor &nothing before this alias"),
  inValues("an alias before its anchor", "a: *x\nb: &x 1\n", "1:4: there is no anchor &x before this alias"),
  inValues("an alias for a key", "a: &x k\n? *x\n: 2\n", "2:3: a key must be a plain scalar"),
  inValues("two anchors", "a: &x &y 1\n", "1:7: A node can have at most one anchor"),
  inValues("an alias inside of what it stands for", "a: &a\n  b: *a\n", "2:6: is nested deeper than 64 levels"),
  inValues("an alias bomb", bomb(), "1:22: expands to more than 100000 values"),
  inValues("an alias bomb of maps", bomb("{ k: ", " }"), "1:22: expands to more than 100000 values"),

  inValues("a key twice", "x: 1\ny: 2\nx: 3\n", '3:1: duplicate key "x"'),
  inValues("a key twice, in a list of flow maps", "x:\n  - { os: a, os: b }\n", '2:14: duplicate key "os"'),
  inValues("a key twice, once as a number", '1: a\n"1": b\n', '2:1: duplicate key "1"'),
  inValues(
    "keys twice that every object has",
    "__proto__: 1\nconstructor: 2\n__proto__: 3\nconstructor: 4\n",
    '3:1: duplicate key "__proto__"',
    '4:1: duplicate key "constructor"',
  ),
  inValues("a key of two lines twice", '"a\\nb": 1\n"a\\nb": 2\n', '2:1: duplicate key "a\\nb"'),
  inValues(
    "keys that are no text",
    "? { a: 1 }\n: 1\n? [b]\n: 2\n~: 3\n: 4\n",
    "1:3: a key must be a plain scalar",
    "3:3: a key must be a plain scalar",
    "5:1: a key must be a plain scalar",
    "6:1: a key must be a plain scalar",
  ),

  inValues("100 levels of lists", `a: ${"[".repeat(100)}${"]".repeat(100)}\n`, "1:68: is nested deeper than 64 levels"),
  inValues("a million levels of lists", "[".repeat(1_000_000), "1:129: is nested deeper than 64 levels"),
  inValues("a million levels of maps", "{a: ".repeat(1_000_000), "1:510: is nested deeper than 64 levels"),
  inValues("100,000 levels of dashes", "- ".repeat(100_000), "1:256: is nested deeper than 64 levels"),
  inValues("100,000 levels of question marks", "? ".repeat(100_000), "1:256: is nested deeper than 64 levels"),
  inValues(
    "100 levels of indentation",
    Array.from({ length: 100 }, (_, i) => `${" ".repeat(i)}k:\n`).join(""),
    "66:66: is nested deeper than 64 levels",
  ),
  inValues("100,000 values", `a: [${"x, ".repeat(100_000)}]\n`, "1:299999: expands to more than 100000 values"),
  inValues("millions of words", "a, ".repeat(2_000_000), "1:1: must be a map of values"),
  inValues("millions of comments", "#\n".repeat(2_000_000), "250001:1: has more than 500000 words and marks"),
  {
    what: "a file of more than 10 MB",
    files: values(Buffer.alloc(10 * 1024 * 1024 + 1, 32)),
    findings: ["0/components/a/values.yaml: is 10485761 bytes; the limit is 10485760"],
  },

  inValues("values that are a list", "- 1\n", "1:1: must be a map of values"),
  inValues("values that are text", "replicas=3\n", "1:1: must be a map of values"),
  inValues("values that are a number", "42\n", "1:1: must be a map of values"),
  inOverlay("an empty overlay", { "overlays/x.yaml": "" }, "1:1: Invalid input: expected object, received null"),
  inOverlay(
    "an overlay of comments",
    { "overlays/x.yaml": "# nothing yet\n" },
    "1:1: Invalid input: expected object, received null",
  ),
  inOverlay(
    "an overlay that is null",
    { "overlays/x.yaml": "~\n" },
    "1:1: Invalid input: expected object, received null",
  ),
  inOverlay(
    "an overlay that is a list",
    { "overlays/x.yaml": "- kind: RecipeMetadata\n" },
    "1:1: Invalid input: expected object, received array",
  ),
  inOverlay(
    "an overlay that is text",
    { "overlays/x.yaml": "kind RecipeMetadata\n" },
    "1:1: Invalid input: expected object, received string",
  ),
  inMixin("an empty mixin", { "mixins/x.yaml": "---\n" }, "1:1: Invalid input: expected object, received null"),
  inRegistry("an empty registry", { "registry.yaml": "\n" }, "1:1: Invalid input: expected object, received null"),
  {
    what: "broken YAML in four files",
    files: {
      ...values("a: [\n"),
      "overlays/x.yaml": "kind: {\n",
      "overlays/y.yml": "a: 'b\n",
      "mixins/m.yaml": "a: *b\n",
    },
    findings: [
      "0/components/a/values.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]",
      "0/mixins/m.yaml:1:4: there is no anchor &b before this alias",
      "0/overlays/x.yaml:2:1: Flow map in block collection must be sufficiently indented and end with a }",
      "0/overlays/y.yml:2:1: Missing closing 'quote",
    ],
  },
];

/** Text that looks broken and is not, and the values that it holds. */
export const SOUND_AFTER_ALL: readonly (readonly [what: string, text: string, values: string])[] = [
  ["a byte order mark", "\ufeffa: 1\n", '{"a":1}'],
  ["Windows line ends", "a: 1\r\nb:\r\n  - x\r\n", '{"a":1,"b":["x"]}'],
  ["no line end at the end", "a: 1", '{"a":1}'],
  ["nothing", "", "{}"],
  ["nothing but comments", "# later\n", "{}"],
  ["marks of a document's start and end", "%YAML 1.2\n---\na: 1\n...\n# end\n", '{"a":1}'],
  ["JSON that is indented with tabs", '{\n\t"a": {\n\t\t"b": "\\/\\ud83d\\ude00"\n\t}\n}\n', '{"a":{"b":"/😀"}}'],
  [
    "tags of the core schema",
    "a: !!str 1\nb: !!float 25.10\nc: !!map { d: !!seq [] }\n",
    '{"a":"1","b":25.1,"c":{"d":[]}}',
  ],
  ["an escaped NUL", 'a: "\\0"\n', '{"a":"\\u0000"}'],
  ["a quoted merge key", '"<<": 1\n', '{"<<":1}'],
  ["aliases", "a: &x [1]\nb: *x\nc: &x 2\nd: *x\n", '{"a":[1],"b":[1],"c":2,"d":2}'],
  [
    "versions and file modes",
    "a: 25.10\nb: 0755\nc: 1.10.0\nd: 12345678901234567890\n",
    '{"a":"25.10","b":"0755","c":"1.10.0","d":"12345678901234567890"}',
  ],
  [
    "words that YAML 1.1 takes for truth",
    "a: yes\nb: off\nc: 1:30\nd: 0o17\n",
    '{"a":"yes","b":"off","c":"1:30","d":15}',
  ],
  [
    "keys that every object has",
    "__proto__: { a: 1 }\nconstructor: 2\ntoString: ~\n",
    '{"__proto__":{"a":1},"constructor":2,"toString":null}',
  ],
  ["63 lists in a map", `a: ${"[".repeat(63)}${"]".repeat(63)}`, `{"a":${"[".repeat(63)}${"]".repeat(63)}}`],
];

/** Eight lines that would expand to 100 million values. */
function bomb(open = "[", close = "]"): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 8; i++) {
    const aliases = Array.from({ length: 10 }, () => `${open}*a${i - 1} ${close}`).join(", ");
    lines.push(`a${i}: &a${i} [${aliases}]`);
  }
  return `${lines.join("\n")}\n`;
}
