/** Text in which everything that a document says has been escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type MarkupPart = string | number | Markup | readonly Markup[];

/**
 * Writes SVG or HTML. What is put in is escaped, unless it is markup itself: nobody has to remember it.
 *
 * @example
 * markup`<b>${"a < b"}</b>`.text; // <b>a &lt; b</b>
 */
export function markup(written: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  return new Markup(written.map((text, i) => (i === 0 ? text : rendered(parts[i - 1] ?? "") + text)).join(""));
}

function rendered(part: MarkupPart): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return visible(String(part)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What XML cannot carry, and what would turn the direction of the text around it. */
const INVISIBLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

function visible(text: string): string {
  return text.replace(INVISIBLE, "\ufffd");
}

/** Widths of characters in parts of the font's size, generous enough for the widest of the usual fonts. */
const NARROW = /[ijl.,:;'|!()[\]tfr/ -]/;
const WIDE = /[mwMW@%]|[^\u0000-\u10ff]/u;

/** How much room a text takes at most, in the unit of the font's size. */
export function widthOf(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += size * widthIn(character);
  return width;
}

/** A text on one line, cut where it does not fit. */
export function fitted(text: string, size: number, room: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (widthOf(line, size) <= room) return line;
  let kept = "";
  let width = widthOf("…", size);
  for (const character of line) {
    width += size * widthIn(character);
    if (width > room) break;
    kept += character;
  }
  return `${kept}…`;
}

function widthIn(character: string): number {
  if (NARROW.test(character)) return 0.42;
  return WIDE.test(character) ? 1.05 : 0.68;
}
