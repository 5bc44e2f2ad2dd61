import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CairnError, formatFinding } from "../errors";
import { type Catalog, loadCatalog, resolve, type Resolution } from ".";
import { criteriaOf } from "./criteria";
import { type CriteriaInput } from "./types";

/** Path inside the catalogue, to content. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** One directory for each set of files, below a new one. */
export function layOut(layers: readonly Files[]): { readonly root: string; readonly directories: readonly string[] } {
  const root = mkdtempSync(join(tmpdir(), "cairn-recipe-"));
  const directories = layers.map((files, i) => {
    const directory = join(root, String(i));
    mkdirSync(directory);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    return directory;
  });
  return { root, directories };
}

/** Runs with one directory for each set of files, and removes them. */
export function withDirectories<T>(layers: readonly Files[], use: (directories: readonly string[]) => T): T {
  const { root, directories } = layOut(layers);
  try {
    return use(directories);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Loads catalogues laid on one another. */
export function load(...layers: readonly Files[]): Catalog {
  return withDirectories(layers, loadCatalog);
}

export function resolveFrom(files: Files, criteria: CriteriaInput = {}): Resolution {
  return resolve(load(files), criteriaOf(criteria));
}

/** The error that a call throws. */
export function failure(call: () => unknown): CairnError {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    return error;
  }
  assert.fail("nothing was thrown");
}

/** Findings as people read them, with the temporary directory left out. */
export function findingsOf(call: () => unknown): readonly string[] {
  return failure(call).findings.map((finding) => formatFinding(finding).replace(/\/[^ :]*cairn-recipe-[^/]+\//g, ""));
}

/** A registry of manifest-only components, with a manifest for each. */
export function registry(...names: readonly string[]): Files {
  const entries = names.map(
    (name) =>
      `  - { name: ${name}, manifest: { defaultNamespace: ${name} }, manifestFiles: [components/${name}/m.yaml] }\n`,
  );
  return {
    "registry.yaml": `kind: ComponentRegistry\napiVersion: cairn.dev/v1\ncomponents:\n${entries.join("")}`,
    ...Object.fromEntries(
      names.map((name) => [`components/${name}/m.yaml`, `kind: ConfigMap\nmetadata: { name: ${name} }\n`]),
    ),
  };
}

/** An overlay document; `spec` is YAML, in flow style or indented by two. */
export function overlay(name: string, spec: string): Files {
  return { [`overlays/${name}.yaml`]: document("RecipeMetadata", name, spec) };
}

export function mixin(name: string, spec: string): Files {
  return { [`mixins/${name}.yaml`]: document("RecipeMixin", name, spec) };
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: cairn.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n  ${spec.trim()}\n`;
}
