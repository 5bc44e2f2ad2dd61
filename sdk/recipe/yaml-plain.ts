import {
  boolCoreTag,
  defineMappingTag,
  defineScalarTag,
  floatCoreTag,
  intCoreTag,
  loadAll,
  mapTag,
  NOT_RESOLVED,
  nullCoreTag,
  type ScalarTagDefinition,
  Schema,
  seqTag,
  strTag,
} from "js-yaml";
import { type JsonValue } from "../json";

/** Deeper documents are refused: nobody writes them by hand, and recursion would run out of stack. */
export const MAX_DEPTH = 64;

/** Characters. So short a text holds fewer values than a document may, and takes no time whatever it holds. */
const MAX_PLAIN = 50_000;

/**
 * Directives and marks of documents that are not `---` alone, tabs for indentation, anchors and tags, text that says how far it is indented,
 * escapes that may stand for half a character, other line ends, marks that nobody sees.
 */
const OUT_OF_THE_ORDINARY =
  /^(%|\.\.\.| +---| *\t)|(^|[\s,[{])[&!]|[|>][-+]?\d|\\[uU]|\r(?!\n)|\ufeff|[^\P{Cc}\t\n\r]|\p{Surrogate}/mu;

/** A number whose text says more than its value: `25.10` is a version, `0755` a file mode. */
const WRITTEN_AS_TEXT = /^[-+]?(\d+\.\d*0|0\d+)$/;

/** Whether a number without a tag stays as it was written. */
export function isText(value: number, source: string): boolean {
  return WRITTEN_AS_TEXT.test(source) || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

const numberTag = (tag: ScalarTagDefinition<number>): ScalarTagDefinition<number | string> =>
  defineScalarTag<number | string>(tag.tagName, {
    ...tag,
    resolve: (source, isExplicit, name) => {
      const value = tag.resolve(source, isExplicit, name);
      // `1e999` is text to js-yaml, and no JSON to us.
      if (!Number.isFinite(value === NOT_RESOLVED ? Number(source) || 0 : value)) throw new RangeError(source);
      if (value === NOT_RESOLVED) return NOT_RESOLVED;
      return !isExplicit && isText(value, source) ? source : value;
    },
  });

const plainMap = defineMappingTag(mapTag.tagName, {
  ...mapTag,
  addPair: (map, key, value) =>
    typeof key === "string" && key !== "<<" ? mapTag.addPair(map, key, value) : "is no text",
});

const PLAIN = new Schema([
  nullCoreTag,
  boolCoreTag,
  numberTag(intCoreTag),
  numberTag(floatCoreTag),
  strTag,
  seqTag,
  plainMap,
]);

/**
 * The documents of a text of nothing but maps with text for keys, lists and scalars in them, which js-yaml reads in a quarter of the
 * time. Of anything else, and of whatever is wrong, nothing is said here: `undefined` leaves it to the strict reader.
 */
export function plainDocuments(text: string): readonly JsonValue[] | undefined {
  if (text.length > MAX_PLAIN || OUT_OF_THE_ORDINARY.test(text)) return undefined;
  try {
    const documents = loadAll(text, { schema: PLAIN, maxAliases: 0, maxDepth: MAX_DEPTH }) as readonly JsonValue[];
    return documents.every((document) => typeof document === "object" && document !== null) ? documents : undefined;
  } catch {
    return undefined;
  }
}
