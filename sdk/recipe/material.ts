import { type JsonValue } from "../json";
import { lazyYaml } from "./lazy";
import { type RecipeFile } from "./types";
import type * as Yaml from "./yaml";

const known = new WeakMap<RecipeFile, () => JsonValue>();

/** Keeps what a file says, so that a digest of a recipe from a catalogue need not parse it again. */
export function rememberMaterial(file: RecipeFile, material: () => JsonValue): void {
  known.set(file, material);
}

/** What a manifest says: its documents as data, or its text when it is a template rather than YAML. Its path says nothing. */
export function materialOf(file: RecipeFile): JsonValue {
  const material = known.get(file);
  if (material !== undefined) return material();
  return materialFrom(lazyYaml().parseYamlStream(file.content, file.path, []), file.content);
}

export function materialFrom(documents: readonly Yaml.ParsedYaml[] | undefined, content: string): JsonValue {
  return documents === undefined ? content : documents.map(({ value }) => value);
}
