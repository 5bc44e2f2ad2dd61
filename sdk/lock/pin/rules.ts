import { type JsonObject, type JsonValue } from "../../json";
import { looksLikeImage, parseImage } from "../image-name";
import { type Explainer, isArray, isObject, type Path, type Place } from "./place";
import {
  IMAGE_VARIABLE,
  REFERENCE_FIELDS,
  REPOSITORY_VARIABLES,
  SPLIT_FIELDS,
  VARIABLE_PARTS,
  type VariableParts,
} from "./tables";

/** Explains some fields of an object: gives their new values. What no rule explains is walked further. */
type Rule = (
  object: JsonObject,
  place: Place,
  walker: Explainer,
) => readonly (readonly [key: string, value: JsonValue])[];

const CONTAINER_LISTS: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

const isContainer = ({ key, path }: Place): boolean => CONTAINER_LISTS.has(key) && typeof path.at(-1) === "number";

/** `containers`, `initContainers` and `ephemeralContainers` of pod specifications, at any depth and in any kind. */
const container: Rule = (object, place, walker) =>
  isContainer(place) && typeof object["image"] === "string"
    ? [["image", walker.reference(object["image"], [...place.path, "image"])]]
    : [];

/** Image volumes: `volumes[].image.reference`. */
const imageVolume: Rule = ({ image }, { key, path }, walker) =>
  key === "volumes" && isObject(image) && typeof image["reference"] === "string"
    ? [["image", withField(image, "reference", walker.reference(image["reference"], [...path, "image", "reference"]))]]
    : [];

/** Variables by name, alone or as the parts of one reference. */
const variables: Rule = ({ env }, { path }, walker) => {
  if (!isArray(env)) return [];
  const parts = VARIABLE_PARTS.flatMap((form) => pinParts(env, form, [...path, "env"], walker));
  const tags = new Map(parts);
  const next = mapSame(env, (entry, i) => {
    if (!isObject(entry) || typeof entry["name"] !== "string" || typeof entry["value"] !== "string") return entry;
    const at = [...path, "env", i, "value"];
    const value = tags.get(entry["name"]) ?? variable(entry["name"], entry["value"], at, walker);
    return withField(entry, "value", value);
  });
  return [["env", next]];
};

function variable(name: string, value: string, path: Path, walker: Explainer): string {
  if (REPOSITORY_VARIABLES.has(name)) return value;
  if (IMAGE_VARIABLE.test(name) && (value.includes("/") || isWhole(value))) return walker.reference(value, path);
  if (looksLikeImage(value)) walker.unexplained(value, path);
  return value;
}

function pinParts(
  env: readonly JsonValue[],
  form: VariableParts,
  path: Path,
  walker: Explainer,
): readonly (readonly [string, string])[] {
  const valueOf = (name: string): string | undefined => {
    const entry = env.find((item) => isObject(item) && item["name"] === name);
    return isObject(entry) && typeof entry["value"] === "string" ? entry["value"] : undefined;
  };
  const [registry, repository, tag] = [valueOf(form.registry), valueOf(form.repository), valueOf(form.tag)];
  if (!registry || !repository || !tag) return [];
  const digest = walker.digestOf(`${registry}/${repository}:${tag}`, [...path, form.tag]);
  return digest === undefined ? [] : [[form.tag, `${tag}@${digest}`]];
}

/** `--flag=reference` and `--flag reference` among a container's arguments. */
const argumentsOf: Rule = (object, { path }, walker) =>
  ["args", "command"].flatMap((key) => {
    const list = object[key];
    if (!isArray(list) || !list.every((item) => typeof item === "string")) return [];
    return [[key, mapSame(list, (item, i) => argument(item, list[i - 1] ?? "", [...path, key, i], walker))] as const];
  });

function argument(text: string, before: string, path: Path, walker: Explainer): string {
  const [, flag = "", value = ""] = /^(-{1,2}[\w.-]+=)(.*)$/s.exec(text) ?? [];
  if (looksLikeImage(value)) return flag + walker.reference(value, path);
  if (!looksLikeImage(text)) return text;
  if (before.startsWith("-") && !before.includes("=")) return walker.reference(text, path);
  walker.unexplained(text, path);
  return text;
}

/** Fields of known custom resources that hold a whole reference. */
const referenceField: Rule = (object, { path, owner }, walker) =>
  (REFERENCE_FIELDS[owner.kind] ?? []).flatMap((pattern) => {
    const keys = pattern.split(".");
    const key = keys.pop()!;
    const here = path.slice(owner.depth);
    const value = object[key];
    if (typeof value !== "string" || here.length !== keys.length || here.some((part, i) => part !== keys[i])) return [];
    return [[key, walker.reference(value, [...path, key])] as const];
  });

/** Fields of known custom resources that make one reference together. */
const splitField: Rule = (object, { path, key, owner }, walker) => {
  const form = SPLIT_FIELDS[owner.kind];
  if (form === undefined) return [];
  const [repository, name, tag] = [form.repository, form.name ?? "", form.tag].map((field) => object[field]);
  if (typeof repository !== "string" || typeof tag !== "string" || !repository || !tag) return [];
  if (form.name !== undefined && (typeof name !== "string" || !name)) return [];
  const explained = [form.repository, form.name ?? form.repository].map((field) => [field, object[field]!] as const);
  if (form.completedByOperator?.includes(key)) return explained;

  const whole = form.name === undefined ? repository : `${repository}/${String(name)}`;
  const at = [...path, form.tag];
  const digest = walker.digestOf(whole + suffixOf(tag, form.digest && object[form.digest]), at);
  if (digest === undefined) return explained;
  return [...explained, form.digest === undefined ? [form.tag, `${tag}@${digest}`] : [form.digest, digest]];
};

function suffixOf(tag: string, pinned: JsonValue | undefined): string {
  if (typeof pinned === "string" && pinned !== "") return `:${tag}@${pinned}`;
  return tag.startsWith("sha256:") ? `@${tag}` : `:${tag}`;
}

/** The same split in a kind that the table does not know. */
const unknownSplit: Rule = (object, { path, owner }, walker) => {
  const { repository, tag, version } = object;
  const suffix = tag ?? version;
  if (SPLIT_FIELDS[owner.kind] !== undefined || typeof repository !== "string" || typeof suffix !== "string") return [];
  if (looksLikeImage(`${repository}:${suffix}`)) walker.unexplained(`${repository}:${suffix}`, [...path, "repository"]);
  return [];
};

/** Texts of a ConfigMap: one reference under a key that says so, or YAML. */
const configMapData: Rule = ({ data, kind }, { path }, walker) => {
  if (kind !== "ConfigMap" || !isObject(data)) return [];
  const entries = Object.entries(data).map(([key, value]) => {
    if (typeof value !== "string") return [key, value] as const;
    const at = [...path, "data", key];
    if (/image$/i.test(key) && looksLikeImage(value)) return [key, walker.reference(value, at)] as const;
    return [key, walker.embeddedText(value, at)] as const;
  });
  return [["data", entries.some(([key, value]) => value !== data[key]) ? Object.fromEntries(entries) : data]];
};

/** `image: reference` in the configuration files that a ConfigMap carries. */
const embeddedImage: Rule = (object, place, walker) =>
  !place.embedded || isContainer(place) || SPLIT_FIELDS[place.owner.kind] !== undefined
    ? []
    : Object.entries(object).flatMap(([key, value]) =>
        /(^i|I)mage$/.test(key) && typeof value === "string" && isWhole(value)
          ? [[key, walker.reference(value, [...place.path, key])] as const]
          : [],
      );

const isWhole = (text: string): boolean => looksLikeImage(text) || parseImage(text)?.tag !== undefined;

export const RULES: readonly Rule[] = [
  embeddedImage,
  container,
  imageVolume,
  variables,
  argumentsOf,
  referenceField,
  splitField,
  unknownSplit,
  configMapData,
];

function withField(object: JsonObject, key: string, value: string): JsonObject {
  return object[key] === value ? object : { ...object, [key]: value };
}

/** Like `map`, but gives the list itself back when nothing changed. */
function mapSame<T extends JsonValue>(list: readonly T[], f: (item: T, index: number) => T): readonly T[] {
  const next = list.map(f);
  return next.some((item, i) => item !== list[i]) ? next : list;
}
