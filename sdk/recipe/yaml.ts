import { type Finding } from "../errors";
import { type JsonValue } from "../json";
import { lazyStrictYaml } from "./lazy";
import { lazily } from "./on-demand";
import { allPlaces, type LazyPlaces } from "./path";
import { plainDocuments } from "./yaml-plain";

/** A YAML document as plain data. `places` tells where each key and item stands. */
export interface ParsedYaml {
  readonly value: JsonValue;
  readonly places: LazyPlaces;
  /** As written, for scalars that YAML reads as something other than text: `1.30` is the number 1.3. */
  readonly written: () => ReadonlyMap<string, string>;
}

const EMPTY: ParsedYaml = { value: null, places: {}, written: () => new Map() };

/** Documents of one stream; a file of manifests has some dozens. */
const MAX_DOCUMENTS = 1000;

/** Parses one YAML 1.2 document. Problems go into `findings`; then the result is `undefined`. */
export function parseYaml(text: string, file: string, findings: Finding[]): ParsedYaml | undefined {
  const documents = parseAtMost(1, text, file, findings);
  return documents === undefined ? undefined : (documents[0] ?? EMPTY);
}

/** Parses a stream of YAML documents (`---` between them). */
export function parseYamlStream(text: string, file: string, findings: Finding[]): readonly ParsedYaml[] | undefined {
  return parseAtMost(MAX_DOCUMENTS, text, file, findings);
}

/** Most files are plain, and then nobody asks for lines and columns either. */
function parseAtMost(most: number, text: string, file: string, findings: Finding[]): readonly ParsedYaml[] | undefined {
  const strictly = (into: Finding[]) => lazyStrictYaml().parseStrictly(most, text, file, into);
  const plain = plainDocuments(text);
  if (plain === undefined || plain.length > most) return strictly(findings);
  const again = lazily(() => strictly([]) ?? []);
  return plain.map((value, i) => ({
    value,
    places: () => allPlaces(again()[i]?.places ?? {}),
    written: () => again()[i]?.written() ?? new Map(),
  }));
}
