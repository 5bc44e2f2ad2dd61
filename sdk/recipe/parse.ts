import type * as z from "zod";
import { type Finding } from "../errors";
import { isMap, type JsonObject, type JsonValue } from "../json";
import { type CatalogDocument, type ParsedCatalog } from "./catalog";
import { EVIDENCE, type RawFile, REGISTRY, THRESHOLDS, VALIDATORS } from "./files";
import { suggestion } from "../nearest";
import { formatPath, type Path, placeIn, placeKey } from "./path";
import {
  fieldsAt,
  type MixinDocument,
  mixinSchema,
  type OverlayDocument,
  overlaySchema,
  type PointerDocument,
  pointerSchema,
  type RegionsDocument,
  regionsSchema,
  type RegistryDocument,
  registrySchema,
  type ThresholdsDocument,
  thresholdsSchema,
  type ValidatorsDocument,
  validatorsSchema,
} from "./schema";
import { type ParsedYaml, parseYaml } from "./yaml";

/**
 * Parses every document and every values file that a document uses, except what is known already. This module is built as one file with the
 * parts of zod and js-yaml that it needs (`bundle.mjs`).
 */
export function parseFiles(files: readonly RawFile[], findings: Finding[]): ParsedCatalog {
  const inFolder = (folder: string): readonly RawFile[] =>
    files.filter(({ path }) => path.startsWith(`${folder}/`) && /\.ya?ml$/.test(path));

  const named = (name: string): readonly RawFile[] => files.filter(({ path }) => path === name);

  const registries = parseAll<RegistryDocument>("registries", named(REGISTRY), registrySchema, findings);
  const thresholds = parseAll<ThresholdsDocument>("thresholds", named(THRESHOLDS), thresholdsSchema, findings);
  const validators = parseAll<ValidatorsDocument>("validators", named(VALIDATORS), validatorsSchema, findings);
  const overlays = parseAll<OverlayDocument>("overlays", inFolder("overlays"), overlaySchema, findings);
  const mixins = parseAll<MixinDocument>("mixins", inFolder("mixins"), mixinSchema, findings);
  const used = new Set(
    [...overlays, ...mixins].flatMap(({ value }) => (value.spec.componentRefs ?? []).map((ref) => ref.valuesFile)),
  );
  const values = files
    .filter(({ path }) => used.has(path) || isValues(path))
    .flatMap((file) => parseValues(file, findings) ?? []);
  const regions = parseAll<RegionsDocument>(
    "regions",
    files.filter(({ path }) => isRegions(path)),
    regionsSchema,
    findings,
  );
  const evidence = inFolder(EVIDENCE).filter(({ path }) => path !== SIGNERS);
  const pointers = parseAll<PointerDocument>("pointers", evidence, pointerSchema, findings, isOfAicr);
  return { registries, validators, overlays, mixins, thresholds, regions, pointers, values };
}

/** See `parsePointer` in `evidence-pointer.ts`. */
export function parsePointer(text: string, file: string, findings: Finding[]): PointerDocument | undefined {
  const source = { path: "", content: text };
  const documents = parseAll<PointerDocument>(
    "pointers",
    [{ path: "", file, layer: 0, source }],
    pointerSchema,
    findings,
  );
  return documents[0]?.value;
}

/** Whom AICR trusts. */
const SIGNERS = "evidence/allowlist.yaml";
/** AICR's pointers are about digests that only it works out. */
const isOfAicr = (value: JsonValue): boolean => isMap(value) && "schemaVersion" in value && !("kind" in value);

const isRegions = (path: string): boolean => /^components\/[^/]+\/regions\.yaml$/.test(path);
const isValues = (path: string): boolean => /^components\/[^/]+\/values\.yaml$/.test(path);

function parseAll<Value>(
  list: keyof ParsedCatalog,
  files: readonly RawFile[],
  schema: z.ZodType,
  findings: Finding[],
  isForeign: (value: JsonValue) => boolean = () => false,
): readonly CatalogDocument<Value>[] {
  return files.flatMap((file) => {
    const known = file.known?.documents[list];
    if (known !== undefined) return [known as CatalogDocument<Value>];
    const yaml = parseYaml(file.source.content, file.file, findings);
    if (yaml === undefined || isForeign(yaml.value) || !conforms(yaml, schema, file.file, findings)) return [];
    return [{ ...source(file, yaml), value: yaml.value as Value }];
  });
}

/** A values file is any map; an empty one is an empty map. */
function parseValues(file: RawFile, findings: Finding[]): CatalogDocument<JsonObject> | undefined {
  const known = file.known?.documents.values;
  if (known !== undefined) return known as CatalogDocument<JsonObject>;
  const yaml = parseYaml(file.source.content, file.file, findings);
  if (yaml === undefined) return undefined;
  const value = yaml.value ?? {};
  if (isMap(value)) return { ...source(file, yaml), value };
  findings.push({ file: file.file, line: 1, column: 1, message: "must be a map of values" });
  return undefined;
}

function source({ file, path, layer }: RawFile, { places }: ParsedYaml) {
  return { file, path, layer, places };
}

/** Making code for a schema takes longer than judging the few documents that a process reads. */
const ONCE = { jitless: true };

/** Judges a document. Where the model wants text and YAML read a number, the number is put back as it was written. */
function conforms(yaml: ParsedYaml, schema: z.ZodType, file: string, findings: Finding[]): boolean {
  const first = schema.safeParse(yaml.value, ONCE);
  if (first.success) return true;
  const restored = first.error.issues.filter((issue) => restoreText(yaml, issue)).length;
  const result = restored === 0 ? first : schema.safeParse(yaml.value, ONCE);
  if (result.success) return true;
  for (const issue of result.error.issues) findings.push(...describe(issue, schema, yaml, file));
  return false;
}

function restoreText(yaml: ParsedYaml, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== "invalid_type" || issue.expected !== "string") return false;
  const path = issue.path as Path;
  const written = yaml.written().get(placeKey(path));
  const last = path.at(-1);
  if (written === undefined || last === undefined) return false;
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => (value as JsonObject)[key], yaml.value);
  Object.defineProperty(parent, last, { value: written, enumerable: true, configurable: true, writable: true });
  return true;
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodType, yaml: ParsedYaml, file: string): readonly Finding[] {
  const at = (path: Path, message: string, extra: { readonly hint?: string } = {}): Finding => {
    const [line, column] = placeIn(yaml.places, path);
    return { file, line, column, path: formatPath(path), message, ...extra };
  };
  const path = issue.path as Path;
  if (issue.code === "invalid_value") return [at(path, issue.message, nearestValue(issue.values, yaml.value, path))];
  if (issue.code !== "unrecognized_keys") return [at(path, issue.message)];
  return issue.keys.map((key) => at([...path, key], "unknown field", suggestion(key, fieldsAt(schema, path))));
}

function nearestValue(values: readonly unknown[], document: JsonValue, path: Path): { readonly hint?: string } {
  const found = path.reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], document);
  // One value alone is in the message.
  return typeof found === "string" && values.length > 1 ? suggestion(found, values.map(String)) : {};
}
