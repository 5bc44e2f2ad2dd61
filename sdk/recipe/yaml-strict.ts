import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, type Scalar } from "yaml";
import { type Finding, messageOf } from "../errors";
import { type JsonValue } from "../json";
import { lazily } from "./on-demand";
import { keyBelow, type Place } from "./path";
import { type ParsedYaml } from "./yaml";
import { documentsOf, type Report, TOO_DEEP } from "./yaml-documents";
import { isText, MAX_DEPTH } from "./yaml-plain";

/** Nodes after aliases are expanded, so that a small file cannot become a large one. */
const MAX_NODES = 100_000;

/** One slip can make every later line wrong: more syntax errors of one file tell nothing new. */
const MAX_PROBLEMS = 10;

/** Tags that mean the same to every reader of YAML 1.2. */
const CORE_TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

const LONE_SURROGATE = /\p{Surrogate}/u;
const HALF = "holds half of a character (a lone surrogate)";

/** Reads every YAML 1.2 document there is, or says what is wrong and where. */
export function parseStrictly(
  most: number,
  text: string,
  file: string,
  findings: Finding[],
): readonly ParsedYaml[] | undefined {
  const lines = linesOf(text);
  const before = findings.length;
  const report: Report = (offset, message) => {
    const { line, col } = lines.linePos(offset);
    findings.push({ file, line, column: col, message });
  };
  try {
    const documents: Document.Parsed[] = [];
    for (const document of documentsOf(text, report)) if (documents.push(document) > most) break;
    const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    problems.sort((a, b) => a.pos[0] - b.pos[0]);
    for (const { pos, message } of problems.slice(0, MAX_PROBLEMS)) report(pos[0], message);
    const extra = documents[most];
    if (extra !== undefined && findings.length === before)
      report(
        extra.range[0],
        most === 1 ? "a second YAML document begins here" : `has more than ${most} YAML documents`,
      );
    if (findings.length > before) return undefined;
    const result = documents.map((document) => new Converter(document, lines, report).convert());
    return findings.length > before ? undefined : result;
  } catch (error) {
    findings.push({ file, line: 1, column: 1, message: messageOf(error) });
    return undefined;
  }
}

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  let start = 0;
  do {
    lines.addNewLine(start);
    start = text.indexOf("\n", start) + 1;
  } while (start > 0);
  return lines;
}

/** Turns the parser's tree into plain data, with limits. */
class Converter {
  /** Most documents are right, and nobody asks for lines and columns. */
  private readonly offsets: [key: string, offset: number][] = [];
  private readonly written = new Map<string, string>();
  private readonly anchors = new Map<string, unknown>();
  private nodes = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly report: Report,
  ) {}

  convert(): ParsedYaml {
    const value = this.value(this.document.contents, undefined, 0);
    const { offsets, lines } = this;
    const placeOf = (offset: number): Place => {
      const { line, col } = lines.linePos(offset);
      return [line, col];
    };
    // Object.fromEntries defines keys, so that `__proto__` is one like any other.
    const places = lazily(() => Object.fromEntries(offsets.map(([key, offset]) => [key, placeOf(offset)])));
    return { value, places, written: () => this.written };
  }

  /** @param at - As `placeKey` gives it for the path. */
  private value(node: unknown, at: string | undefined, depth: number): JsonValue {
    this.nodes += 1;
    if (this.nodes === MAX_NODES + 1) this.report(offsetOf(node), `expands to more than ${MAX_NODES} values`);
    if (this.nodes > MAX_NODES || node === null || node === undefined) return null;
    if (depth > MAX_DEPTH) {
      this.report(offsetOf(node), TOO_DEEP);
      this.nodes = MAX_NODES + 1;
      return null;
    }
    if (isAlias(node)) return this.alias(node, at, depth);
    const { anchor, tag } = node as { readonly anchor?: string; readonly tag?: string };
    if (anchor !== undefined) this.anchors.set(anchor, node);
    if (tag !== undefined && !CORE_TAGS.has(tag)) {
      this.report(offsetOf(node), `the tag ${brief(tag)} is not part of YAML 1.2's core schema`);
      return null;
    }
    if (isMap(node)) return this.map(node.items, at, depth);
    if (isSeq(node)) return node.items.map((item, i) => this.item(item, keyBelow(at, i), depth + 1));
    if (isScalar(node)) return this.scalar(node, at);
    this.report(offsetOf(node), "cannot be expressed as JSON");
    return null;
  }

  private alias(node: Alias, at: string | undefined, depth: number): JsonValue {
    const target = this.anchors.get(node.source);
    if (target !== undefined) return this.value(target, at, depth);
    this.report(offsetOf(node), `there is no anchor &${node.source} before this alias`);
    return null;
  }

  private item(node: unknown, at: string, depth: number): JsonValue {
    this.offsets.push([at, offsetOf(node)]);
    return this.value(node, at, depth);
  }

  private map(pairs: readonly Pair[], around: string | undefined, depth: number): JsonValue {
    const entries = new Map<string, JsonValue>();
    for (const { key: keyNode, value } of pairs) {
      const offset = offsetOf(keyNode);
      const key = keyText(keyNode);
      if (key === undefined) {
        this.report(offset, "a key must be a plain scalar");
      } else if (key === "<<" && isScalar(keyNode) && keyNode.type === "PLAIN") {
        this.report(offset, "merge keys (<<) are not part of YAML 1.2");
      } else if (entries.has(key)) {
        this.report(offset, `duplicate key ${JSON.stringify(key)}`);
      } else if (LONE_SURROGATE.test(key)) {
        this.report(offset, HALF);
      } else {
        const at = keyBelow(around, key);
        this.offsets.push([at, offset]);
        entries.set(key, this.value(value, at, depth + 1));
      }
    }
    return Object.fromEntries(entries);
  }

  private scalar(node: Scalar, at: string | undefined): JsonValue {
    const { value, source } = node;
    if (typeof value === "string" && LONE_SURROGATE.test(value)) this.report(offsetOf(node), HALF);
    if (typeof value === "string" || value === null) return value;
    if (source !== undefined) this.written.set(at ?? "", source);
    if (typeof value === "boolean") return value;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      this.report(offsetOf(node), `${brief(source ?? String(value))} cannot be expressed as JSON`);
      return null;
    }
    const asText = node.tag === undefined && source !== undefined && isText(value, source);
    return asText ? source : value;
  }
}

/** A file may hold one word of some megabytes. */
const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function keyText(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function offsetOf(node: unknown): number {
  const range = (node as { readonly range?: readonly [number, number, number] | null } | null)?.range;
  return range?.[0] ?? 0;
}
