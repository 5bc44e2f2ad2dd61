/** Keys and list indexes from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** Line and column, from 1. */
export type Place = readonly [line: number, column: number];

/** Where the keys and items of a document stand, by `placeKey`. */
export type Places = Readonly<Record<string, Place>>;

/** The same, known at once or when somebody asks. */
export type LazyPlaces = Places | (() => Places);

/** A path as the key of a table: another one for every path. Not meant for people. */
export function placeKey(path: Path): string {
  return path.reduce<string | undefined>(keyBelow, undefined) ?? "";
}

/** The same for a key or item below a place, or of the document itself. */
export function keyBelow(parent: string | undefined, segment: string | number): string {
  const own = typeof segment === "string" && /^"|\n/.test(segment) ? JSON.stringify(segment) : segment;
  return parent === undefined ? String(own) : `${parent}\n${own}`;
}

export const allPlaces = (places: LazyPlaces): Places => (typeof places === "function" ? places() : places);

/** The place of a value or, when it is missing, of the nearest thing around it. */
export function placeIn(places: LazyPlaces, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const place = exactPlaceIn(places, path.slice(0, length));
    if (place !== undefined) return place;
  }
  return [1, 1];
}

/** The place of a value, if the document has it. */
export function exactPlaceIn(lazy: LazyPlaces, path: Path): Place | undefined {
  const places = allPlaces(lazy);
  const key = placeKey(path);
  return Object.hasOwn(places, key) ? places[key] : undefined;
}

/** A path for people: `driver.version`, with keys that hold dots, quotes, brackets or nothing in double quotes. */
export function formatPath(path: Path): string {
  return path.map((segment) => (/^[^."\s[\]]+$/.test(String(segment)) ? segment : JSON.stringify(segment))).join(".");
}

/** The same as `--set` takes it, with items of lists in brackets: only they tell `list[0]` from the key `"0"` of a map. */
export function formatSettingPath(path: Path): string {
  return path
    .map((segment, i) => (typeof segment === "number" ? `[${segment}]` : `${i > 0 ? "." : ""}${formatPath([segment])}`))
    .join("");
}

/** Whether one of two formatted paths leads to the other or to something below it. */
export function pathsOverlap(a: string, b: string): boolean {
  return a === b || isBelow(a, b) || isBelow(b, a);
}

const isBelow = (inner: string, outer: string): boolean =>
  inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length));

/** Whether a path leads to another one, or is the same. The item of a list is meant with and without brackets. */
export function leadsTo(outer: Path, inner: Path): boolean {
  return outer.length <= inner.length && outer.every((segment, i) => String(segment) === String(inner[i]));
}

/** The reverse of `formatSettingPath`, and of `formatPath` with indexes as keys. `undefined` when the quoting is broken. */
export function parsePath(text: string): Path | undefined {
  const segments: (string | number)[] = [];
  const pattern = /(?:"((?:[^"\\]|\\.)*)"|([^."\s[\]]+)|\[(\d+)\])(?:\.(?=[^.])|(?=\[)|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain, index] = match;
    segments.push(quoted === undefined ? (plain ?? Number(index)) : unquote(quoted));
  }
  return segments.length === 0 ? undefined : segments;
}

function unquote(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
