import { type JsonValue } from "../json";
import { lazyYaml } from "./lazy";
import { type RecipeFile } from "./types";

const known = new WeakMap<RecipeFile, () => JsonValue | undefined>();

/** Says what a file says, where that is known, so that it need not be parsed. */
export function rememberMaterial(file: RecipeFile, material: () => JsonValue | undefined): void {
  known.set(file, material);
}

/** What a manifest says: its documents as data, or its text when it is a template rather than YAML. Its path says nothing. */
export function materialOf(file: RecipeFile): JsonValue {
  const material = known.get(file)?.() ?? parse(file);
  known.set(file, () => material);
  return material;
}

function parse({ path, content }: RecipeFile): JsonValue {
  return (
    lazyYaml()
      .parseYamlStream(content, path, [])
      // A checkout may have its system's line ends; YAML reads them all alike.
      ?.map(({ value }) => value) ?? content.replaceAll("\r\n", "\n")
  );
}
