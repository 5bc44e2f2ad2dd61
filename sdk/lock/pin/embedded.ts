import { isScalar, parseAllDocuments, type Document } from "yaml";
import { type JsonValue } from "../../json";
import { isArray, isObject, type Path, type Visitor } from "./place";

type Walk = (value: JsonValue, visitor: Visitor, path: Path, embedded: boolean) => JsonValue;

/** A cheap sign that a text can name an image at all. */
const MAY_NAME_IMAGE = /image|[.:][\w.]*\/[\w./-]+:[\w]/i;

/**
 * Pins images in YAML that an object carries as text. Only the references change: comments, order and layout stay, byte for byte. A text
 * that is not YAML is left alone.
 */
export function rewriteEmbedded(text: string, path: Path, visitor: Visitor, walk: Walk): string {
  if (!text.includes(":") || !MAY_NAME_IMAGE.test(text)) return text;
  const documents = readDocuments(text);
  const edits = documents.flatMap((document, i) => {
    const before = document.toJS({ maxAliasCount: 100 }) as JsonValue;
    if (!isObject(before) && !isArray(before)) return [];
    const after = walk(before, visitor, documents.length > 1 ? [...path, i] : path, true);
    return changes(before, after).map((change) => locate(document, change, visitor, path));
  });
  return edits
    .filter((edit) => edit !== undefined)
    .sort((a, b) => b.start - a.start)
    .reduce(
      (out, { start, end, from, to }) =>
        out.slice(0, start) + out.slice(start, end).replace(from, () => to) + out.slice(end),
      text,
    );
}

function readDocuments(text: string): readonly Document.Parsed[] {
  try {
    const parsed = parseAllDocuments(text, { version: "1.1", prettyErrors: false, logLevel: "silent" });
    const documents = Array.isArray(parsed) ? parsed : [];
    return documents.some((document) => document.errors.length > 0) ? [] : documents;
  } catch {
    return []; // Nested too deep for the parser: no configuration that a person wrote.
  }
}

interface Change {
  readonly path: Path;
  readonly from: string;
  readonly to: string;
}

/** The strings that differ between two values of the same shape; a field may also be new. */
function changes(before: JsonValue | undefined, after: JsonValue, path: Path = []): readonly Change[] {
  if (before === after) return [];
  if (typeof after === "string") return [{ path, from: typeof before === "string" ? before : "", to: after }];
  if (isArray(after) && isArray(before)) return after.flatMap((item, i) => changes(before[i], item, [...path, i]));
  if (isObject(after) && isObject(before))
    return Object.entries(after).flatMap(([key, value]) => changes(before[key], value, [...path, key]));
  return [];
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

/** Where the text has the value. A reference needs no quotes or escapes, so it stands there literally; if not, nobody explains it. */
function locate(document: Document.Parsed, change: Change, visitor: Visitor, outer: Path): Edit | undefined {
  const node = document.getIn(change.path, true);
  const source = isScalar(node) ? node.source : undefined;
  if (!isScalar(node) || !node.range || change.from === "" || source === undefined || !source.includes(change.from)) {
    visitor.unexplained(change.to, [...outer, ...change.path]);
    return undefined;
  }
  return { start: node.range[0], end: node.range[1], from: change.from, to: change.to };
}
