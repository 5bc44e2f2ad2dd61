import { byPlace, CairnError, type Finding } from "../errors";
import { type JsonObject } from "../json";
import { checkReferences } from "./references";
import { criteriaOf } from "./criteria";
import { type CatalogLayer, contentDigest, type RawFile, readLayers } from "./files";
import { lazyParse } from "./lazy";
import { lazily } from "./on-demand";
import { formatPath, type Path, placeIn, type LazyPlaces } from "./path";
import {
  type MixinDocument,
  type OverlayDocument,
  type PointerDocument,
  type RegistryDocument,
  type RegistryEntry,
  type RegionsDocument,
  type ThresholdsDocument,
  type ValidatorEntry,
  type ValidatorsDocument,
} from "./schema";
import { type Criteria, type RecipeFile } from "./types";

/** A parsed document with the place of each of its keys and items. */
export interface CatalogDocument<Value> {
  /** The file as the user knows it. */
  readonly file: string;
  /** Path inside the catalogue. */
  readonly path: string;
  /** Which of the catalogue's directories it came from; a higher one wins. */
  readonly layer: number;
  readonly places: LazyPlaces;
  readonly value: Value;
}

/** A document that has a name of its own. */
export interface NamedDocument<Value> extends CatalogDocument<Value> {
  readonly name: string;
}

export interface Overlay extends NamedDocument<OverlayDocument> {
  /** What the overlay is for; `any` where it does not say. Absent: only for others to build on. */
  readonly criteria?: Criteria;
}

export type Mixin = NamedDocument<MixinDocument>;

/** One entry of a document that lists things by name, and where in the list it stands. */
export interface Entry<Value> extends NamedDocument<Value> {
  /** Of the document. */
  readonly apiVersion: string | undefined;
  readonly index: number;
}

export type Component = Entry<RegistryEntry>;

/** A check that recipes may name, as `validators/catalog.yaml` describes it. */
export type Validator = Entry<ValidatorEntry>;

/** Where the evidence of a recipe is, by the recipe's name. */
export type Pointer = NamedDocument<PointerDocument>;

/** Every document of a catalogue, indexed and frozen. Made by `loadCatalog`. */
export interface Catalog {
  /** `sha256:…` over the paths and bytes of everything that was read. */
  readonly digest: string;
  readonly overlays: ReadonlyMap<string, Overlay>;
  readonly mixins: ReadonlyMap<string, Mixin>;
  readonly components: ReadonlyMap<string, Component>;
  /** Performance thresholds, highest layer first. */
  readonly thresholds: readonly CatalogDocument<ThresholdsDocument>[];
  /** Values that depend on the region, by component. */
  readonly regions: ReadonlyMap<string, CatalogDocument<RegionsDocument>>;
  readonly validators: ReadonlyMap<string, Validator>;
  readonly pointers: ReadonlyMap<string, Pointer>;
  /** Parsed values files, by path inside the catalogue. */
  readonly values: ReadonlyMap<string, CatalogDocument<JsonObject>>;
  /** Every file that was read, by path inside the catalogue. */
  readonly files: ReadonlyMap<string, RecipeFile>;
  /** The same files as the user knows them: with the folder they came from. */
  readonly labels: ReadonlyMap<string, string>;
  /** The digest of the recipe for some criteria and no choices, where the build worked it out. */
  readonly digestOf?: (criteria: Criteria) => string | undefined;
}

/** What parsing makes of a catalogue's files. Plain data, so that it can be kept. */
export interface ParsedCatalog {
  readonly registries: readonly CatalogDocument<RegistryDocument>[];
  readonly validators: readonly CatalogDocument<ValidatorsDocument>[];
  readonly overlays: readonly CatalogDocument<OverlayDocument>[];
  readonly mixins: readonly CatalogDocument<MixinDocument>[];
  readonly thresholds: readonly CatalogDocument<ThresholdsDocument>[];
  readonly regions: readonly CatalogDocument<RegionsDocument>[];
  readonly pointers: readonly CatalogDocument<PointerDocument>[];
  readonly values: readonly CatalogDocument<JsonObject>[];
}

/** Parses files; the build keeps what it gives. */
export type Parser = (files: readonly RawFile[], findings: Finding[]) => ParsedCatalog;

export const parseFresh: Parser = (files, findings) => lazyParse().parseFiles(files, findings);

/** Reads, parses, indexes and checks a catalogue. */
export function readCatalog(layers: readonly CatalogLayer[], parser: Parser = parseFresh): Catalog {
  const findings: Finding[] = [];
  const files = readLayers(layers, findings);
  const allRead = findings.length === 0;
  const documents = {
    ...indexDocuments(parser(files, findings), findings),
    files: new Map(files.map(({ source }) => [source.path, source])),
    labels: new Map(files.map(({ path, file }) => [path, file])),
  };
  deepFreeze(documents);
  const digest = lazily(() => contentDigest(files)); // most recipes need none, and Node's cryptography loads for 10 ms
  const catalog: Catalog = Object.freeze({
    ...documents,
    get digest() {
      return digest();
    },
  });
  // A reference to what could not be read, or is wrong in itself, is no news.
  const wrong = files.filter(({ file }) => findings.some((finding) => finding.file === file)).map(({ path }) => path);
  if (allRead) checkReferences(catalog, (pattern) => !wrong.some((path) => pattern.test(path)), findings);
  if (findings.length > 0) {
    throw new CairnError("CATALOG_INVALID", "the recipe catalogue cannot be used", {
      findings: findings.sort(byPlace),
      hint: "correct the files above, then run `cairn recipe` again",
    });
  }
  return catalog;
}

type Indexed = Omit<Catalog, "digest" | "files" | "labels" | "digestOf">;

/** Finds documents by name, parsed now or at an earlier time. */
export function indexDocuments(parsed: ParsedCatalog, findings: Finding[] = []): Indexed {
  const components = parsed.registries.flatMap((registry) => entriesOf(registry, registry.value.components));
  const validators = parsed.validators.flatMap((document) => entriesOf(document, document.value.validators));
  const overlays = parsed.overlays.map((document): Overlay => ({
    ...document,
    name: document.value.metadata.name,
    ...(document.value.spec.criteria ? { criteria: criteriaOf(document.value.spec.criteria) } : {}),
  }));
  const mixins = parsed.mixins.map((document): Mixin => ({ ...document, name: document.value.metadata.name }));
  const pointers = parsed.pointers.map((document): Pointer => ({ ...document, name: document.value.recipe.name }));
  return {
    overlays: byName("overlay", overlays, nameInMetadata, findings),
    mixins: byName("mixin", mixins, nameInMetadata, findings),
    components: byName("component", components, ({ index }) => ["components", index, "name"], findings),
    thresholds: [...parsed.thresholds].sort((a, b) => b.layer - a.layer),
    regions: new Map(parsed.regions.map((document) => [document.path.split("/")[1] ?? "", document])),
    validators: byName("validator", validators, ({ index }) => ["validators", index, "name"], findings),
    pointers: byName("evidence pointer", pointers, () => ["recipe", "name"], findings),
    values: new Map(parsed.values.map((document) => [document.path, document])),
  };
}

const nameInMetadata = (): Path => ["metadata", "name"];

function entriesOf<Value extends { readonly name: string }>(
  document: CatalogDocument<{ readonly apiVersion?: string | null | undefined }>,
  entries: readonly Value[] | null | undefined,
): readonly Entry<Value>[] {
  const apiVersion = document.value.apiVersion ?? undefined;
  return (entries ?? []).map((value, index) => ({ ...document, name: value.name, apiVersion, index, value }));
}

/** Later layers win. Two of one name in the same layer are a mistake. */
function byName<Document extends NamedDocument<unknown>>(
  what: string,
  documents: readonly Document[],
  nameOf: (document: Document) => Path,
  findings: Finding[],
): ReadonlyMap<string, Document> {
  const result = new Map<string, Document>();
  for (const document of documents) {
    const other = result.get(document.name);
    if (other !== undefined && other.layer === document.layer) {
      const [line, column] = placeIn(document.places, nameOf(document));
      const first = `${other.file}:${placeIn(other.places, nameOf(other))[0]}`;
      const message = `${what} "${document.name}" is also defined in ${first}`;
      findings.push({ file: document.file, line, column, path: formatPath(nameOf(document)), message });
    }
    if (other === undefined || document.layer >= other.layer) result.set(document.name, document);
  }
  return result;
}

/** Freezes plain data and the members of maps, so that nothing that reads a catalogue can change it. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(member);
}
