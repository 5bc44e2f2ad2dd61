import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Pair,
  type Scalar,
} from "yaml";
import { type Finding, messageOf } from "../errors";
import { type JsonValue } from "../json";
import { type Path, type Place, placeKey } from "./path";

/** A YAML document as plain data. `places` tells where each key and item stands. */
export interface ParsedYaml {
  readonly value: JsonValue;
  readonly places: Readonly<Record<string, Place>>;
  /** As written, for scalars that YAML reads as something other than text: `1.30` is the number 1.3. */
  readonly written: ReadonlyMap<string, string>;
}

const EMPTY: ParsedYaml = { value: null, places: {}, written: new Map() };

/** Deeper documents are refused: nobody writes them by hand, and recursion would run out of stack. */
const MAX_DEPTH = 64;
const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels`;
/** The parser itself recurses. */
const OUT_OF_STACK = /call stack/;
/** Nodes after aliases are expanded, so that a small file cannot become a large one. */
const MAX_NODES = 100_000;

/** One slip can make every later line wrong: more syntax errors of one file tell nothing new. */
const MAX_PROBLEMS = 10;

/** A number whose text says more than its value: `25.10` is a version, `0755` a file mode. */
const WRITTEN_AS_TEXT = /^[-+]?(\d+\.\d*0|0\d+)$/;

/** Parses one YAML 1.2 document. Problems go into `findings`; then the result is `undefined`. */
export function parseYaml(text: string, file: string, findings: Finding[]): ParsedYaml | undefined {
  const documents = parseYamlStream(text, file, findings);
  if (documents === undefined) return undefined;
  if (documents.length > 1)
    findings.push({ file, message: `holds ${documents.length} YAML documents; one is expected` });
  const [first = EMPTY] = documents;
  return documents.length > 1 ? undefined : first;
}

/** Parses a stream of YAML documents (`---` between them). */
export function parseYamlStream(text: string, file: string, findings: Finding[]): readonly ParsedYaml[] | undefined {
  const lines = new LineCounter();
  const before = findings.length;
  const report = (offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset);
    findings.push({ file, line, column: col, message });
  };
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false, // ours is linear
      version: "1.2",
    });
    const documents = Array.isArray(parsed) ? parsed : [];
    const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    for (const { pos, message } of problems.slice(0, MAX_PROBLEMS)) {
      report(pos[0], OUT_OF_STACK.test(message) ? TOO_DEEP : message);
    }
    if (findings.length > before) return undefined;
    const result = documents.map((document) => new Converter(document, lines, report).convert());
    return findings.length > before ? undefined : result;
  } catch (error) {
    findings.push({ file, message: error instanceof RangeError ? TOO_DEEP : messageOf(error) });
    return undefined;
  }
}

/** Turns the parser's tree into plain data, with limits. */
class Converter {
  private readonly places: [string, Place][] = [];
  private readonly written = new Map<string, string>();
  private readonly anchors = new Map<string, unknown>();
  private nodes = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly report: (offset: number, message: string) => void,
  ) {}

  convert(): ParsedYaml {
    const value = this.value(this.document.contents, []);
    // Object.fromEntries defines keys, so that `__proto__` is one like any other.
    return { value, places: Object.fromEntries(this.places), written: this.written };
  }

  private value(node: unknown, path: Path): JsonValue {
    this.nodes += 1;
    if (this.nodes === MAX_NODES + 1) this.report(offsetOf(node), `expands to more than ${MAX_NODES} values`);
    if (this.nodes > MAX_NODES || node === null || node === undefined) return null;
    if (path.length > MAX_DEPTH) {
      this.report(offsetOf(node), TOO_DEEP);
      this.nodes = MAX_NODES + 1;
      return null;
    }
    if (isAlias(node)) return this.alias(node, path);
    const { anchor } = node as { readonly anchor?: string };
    if (anchor !== undefined) this.anchors.set(anchor, node);
    if (isMap(node)) return this.map(node.items, path);
    if (isSeq(node)) return node.items.map((item, i) => this.item(item, [...path, i]));
    if (isScalar(node)) return this.scalar(node, path);
    this.report(offsetOf(node), "cannot be expressed as JSON");
    return null;
  }

  private alias(node: Alias, path: Path): JsonValue {
    const target = this.anchors.get(node.source);
    if (target !== undefined) return this.value(target, path);
    this.report(offsetOf(node), `there is no anchor &${node.source} before this alias`);
    return null;
  }

  private item(node: unknown, path: Path): JsonValue {
    this.place(path, offsetOf(node));
    return this.value(node, path);
  }

  private map(pairs: readonly Pair[], path: Path): JsonValue {
    const entries = new Map<string, JsonValue>();
    for (const { key: keyNode, value } of pairs) {
      const offset = offsetOf(keyNode);
      const key = keyText(keyNode);
      if (key === undefined) {
        this.report(offset, "a key must be a plain scalar");
      } else if (key === "<<" && isScalar(keyNode) && keyNode.type === "PLAIN") {
        this.report(offset, "merge keys (<<) are not part of YAML 1.2");
      } else if (entries.has(key)) {
        this.report(offset, `duplicate key "${key}"`);
      } else {
        const at = [...path, key];
        this.place(at, offset);
        entries.set(key, this.value(value, at));
      }
    }
    return Object.fromEntries(entries);
  }

  private scalar(node: Scalar, path: Path): JsonValue {
    const { value, source } = node;
    if (typeof value === "string" || value === null) return value;
    if (source !== undefined) this.written.set(placeKey(path), source);
    if (typeof value === "boolean") return value;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      this.report(offsetOf(node), `${source ?? String(value)} cannot be expressed as JSON`);
      return null;
    }
    const asText = node.tag === undefined && source !== undefined && isText(value, source);
    return asText ? source : value;
  }

  private place(path: Path, offset: number): void {
    const { line, col } = this.lines.linePos(offset);
    this.places.push([placeKey(path), [line, col]]);
  }
}

function isText(value: number, source: string): boolean {
  return WRITTEN_AS_TEXT.test(source) || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

function keyText(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function offsetOf(node: unknown): number {
  const range = (node as { readonly range?: readonly [number, number, number] | null } | null)?.range;
  return range?.[0] ?? 0;
}
