import { CairnError } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { formatSettingPath, parsePath } from "./path";
import { type ValueSetting } from "./types";
import { mergeValues } from "./values";

/**
 * Values by component as settings: one for each leaf.
 *
 * @example
 * settingsOf({ metrics: { replicas: 5 } }); // [{ component: "metrics", path: "replicas", value: 5 }]
 */
export function settingsOf(values: Readonly<Record<string, JsonObject>>): readonly ValueSetting[] {
  return Object.entries(values).flatMap(([component, tree]) => {
    const settings: ValueSetting[] = [];
    mergeValues({}, tree, (path, value) => void settings.push({ component, path: formatSettingPath(path), value }));
    return settings;
  });
}

/** How the value of a setting is written: a scalar, JSON, or the content of a file. */
export type SettingForm = "scalar" | "json" | "text";

/**
 * Reads `component:path=value`.
 *
 * @param setting - As `--set` takes it: `gpu-operator:driver.version=580.173.02`. The component is a name of the recipe or an alias from the
 *   registry. Keys that hold dots stand in double quotes, list indexes in brackets.
 * @param form - `scalar` reads `true`, `false`, `null` and numbers that are written as JSON writes them; everything else is text. `json`
 *   takes any JSON, `text` the value as it stands.
 * @throws CairnError `SETTING_INVALID`
 * @example
 * parseSetting("aws-efa:image.tag=v0.5.20"); // { component: "aws-efa", path: "image.tag", value: "v0.5.20" }
 */
export function parseSetting(setting: string, form: SettingForm = "scalar"): ValueSetting {
  const parts = /^([^:=]+):((?:"(?:[^"\\]|\\.)*"|[^"=])+)=(.*)$/s.exec(setting);
  const path = parts?.[2] === undefined ? undefined : parsePath(parts[2]);
  if (parts === null || path === undefined) {
    throw invalid(`"${setting.split("=")[0]}" does not say what to set where`, "write component:path=value");
  }
  const [, component = "", , text = ""] = parts;
  return { component, path: formatSettingPath(path), value: READERS[form](text) };
}

const READERS: Readonly<Record<SettingForm, (text: string) => JsonValue>> = {
  scalar: readScalar,
  json: readJson,
  text: (text) => text,
};

/** A number only when its text says nothing more: `25.10` is a version. */
function readScalar(text: string): JsonValue {
  if (text === "") throw invalid("there is no value after `=`", 'set a text that is empty with --set-json …=""');
  if (text === "true" || text === "false" || text === "null") return JSON.parse(text) as JsonValue;
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text, wholeCharacters) as JsonValue;
  } catch {
    throw invalid("the value is not JSON", "quote texts: --set-json 'component:path=\"text\"'");
  }
}

/** Half of a character has no digest. */
function wholeCharacters(key: string, value: unknown): unknown {
  if ([key, value].some((part) => typeof part === "string" && /\p{Surrogate}/u.test(part)))
    throw new SyntaxError("it holds half of a character");
  return value;
}

const invalid = (message: string, hint: string): CairnError =>
  new CairnError("SETTING_INVALID", `a value cannot be set: ${message}`, { hint });
