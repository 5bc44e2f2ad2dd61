import { Composer, type Document, Lexer, Parser } from "yaml";
import { MAX_DEPTH } from "./yaml-plain";

/** Told of what is wrong, by the offset in the text. */
export type Report = (offset: number, message: string) => void;

export const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels`;

/** What the parser has open at a time: a document, its collections and a scalar, with room for an exact count later on. */
const MAX_OPEN = 2 * MAX_DEPTH;
/** Words, marks, spaces and line ends. Bounds the time that a file can take, whatever it holds. */
const MAX_TOKENS = 500_000;

/** Control characters that neither YAML nor JSON allows in a file, and halves of characters. */
const FORBIDDEN = /[^\P{Cc}\t\n\r\x7f-\x9f]|\p{Surrogate}/u;

const OPTIONS = {
  prettyErrors: false,
  uniqueKeys: false, // ours is linear
  version: "1.2",
} as const;

/** The documents of a YAML stream, one by one, as the parser's trees. Stops at the first limit that the text exceeds. */
export function* documentsOf(text: string, report: Report): Generator<Document.Parsed> {
  const forbidden = text.search(FORBIDDEN);
  if (forbidden >= 0) return report(forbidden, `${nameOf(text.charCodeAt(forbidden))} is not allowed in YAML`);
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > MAX_TOKENS) return report(parser.offset, `has more than ${MAX_TOKENS} words and marks`);
    if (parser.stack.length > MAX_OPEN) return report(parser.offset, TOO_DEEP);
    for (const part of parser.next(token)) yield* judged(composer.next(part), text, report);
  }
  for (const part of parser.end()) yield* judged(composer.next(part), text, report);
  yield* judged(composer.end(), text, report);
}

/** `%YAML 1.1` would make `yes` a truth value and `1:30` a number. */
function* judged(documents: Iterable<Document.Parsed>, text: string, report: Report): Generator<Document.Parsed> {
  for (const document of documents) {
    const { explicit, version } = document.directives.yaml;
    if (explicit && version !== "1.2") report(Math.max(0, text.search(/^%YAML/m)), "only YAML 1.2 is read");
    yield document;
  }
}

function nameOf(code: number): string {
  return `the character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
