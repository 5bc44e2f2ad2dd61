import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { CairnError, formatFinding } from "../errors";
import { isMap, type JsonObject, type JsonValue } from "../json";
import { builtinCatalog, diffRecipes, explain, parseRecipe, query, recipeDigest, resolve } from ".";
import { parseFresh, type ParsedCatalog, type Parser, readCatalog } from "./catalog";
import { criteriaOf } from "./criteria";
import { type KnownDocuments } from "./files";
import { formatPath } from "./path";
import { type Files, load, overlay, registry, withDirectories } from "./support.test";
import { type Recipe } from "./types";
import { mergeValues, setValue } from "./values";

const LOCAL = criteriaOf({ service: "local", accelerator: "h100", intent: "training" });

/** The files of the built-in catalogue that the recipe for a local cluster is made of. */
function builtinFiles(): Files {
  const catalog = builtinCatalog();
  const { recipe } = resolve(catalog, LOCAL);
  const overlays = recipe.metadata.appliedOverlays.flatMap((name) => catalog.overlays.get(name) ?? []);
  const mixins = overlays
    .flatMap(({ value }) => value.spec.mixins ?? [])
    .flatMap((name) => catalog.mixins.get(name) ?? []);
  const named = new Set(["registry.yaml", ...[...overlays, ...mixins].map(({ path }) => path)]);
  const registered = [...catalog.components.values()].flatMap(({ value }) => value.manifestFiles ?? []);
  const isUsed = (path: string): boolean =>
    named.has(path) ||
    registered.includes(path) ||
    recipe.componentRefs.some(({ name }) => path.startsWith(`components/${name}/`));
  const used = [...catalog.files.values()].filter(({ path }) => isUsed(path));
  return Object.fromEntries(used.map(({ path, content }) => [path, content]));
}

/** One accident that can happen to a file. `where` is between 0 and 1. */
type Accident = (bytes: Buffer, where: number, byte: number) => Buffer;

const ofLines =
  (change: (lines: string[], at: number) => void): Accident =>
  (bytes, where) => {
    const lines = bytes.toString("latin1").split("\n");
    change(lines, Math.floor(where * lines.length));
    return Buffer.from(lines.join("\n"), "latin1");
  };

const ACCIDENTS: Readonly<Record<string, Accident>> = {
  "a byte changes": (bytes, where, byte) => {
    const changed = Buffer.from(bytes);
    changed[Math.floor(where * bytes.length)] = byte;
    return changed;
  },
  "a byte is added": (bytes, where, byte) => {
    const at = Math.floor(where * bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]);
  },
  "the end is lost": (bytes, where) => bytes.subarray(0, Math.floor(where * bytes.length)),
  "a line is lost": ofLines((lines, at) => lines.splice(at, 1)),
  "a line comes twice": ofLines((lines, at) => lines.splice(at, 0, lines[at] ?? "")),
  "a line moves to the right": ofLines((lines, at) => (lines[at] = `  ${lines[at]}`)),
  "two lines are one": ofLines((lines, at) => lines.splice(at, 2, lines.slice(at, at + 2).join(" "))),
};

const accident = fc.record({
  accident: fc.constantFrom(...Object.keys(ACCIDENTS)),
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  // What means something to YAML comes more often than the rest.
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from("\t\n\r :-[]{}&*!|>'\"%#,?<"))),
});

/** Parses what differs from a sound catalogue; the rest it knows, as it does below `--data`. */
function parserOver(directory: string): Parser {
  let sound: ParsedCatalog | undefined;
  const { files } = readCatalog([{ directory, label: directory }], (...args) => (sound = parseFresh(...args)));
  const documents = new Map<string, KnownDocuments>();
  for (const [list, parsed] of Object.entries(sound ?? {}))
    for (const document of parsed) documents.set(document.path, { ...documents.get(document.path), [list]: document });
  return (read, findings) =>
    parseFresh(
      read.map((file) => {
        const isKnown = files.get(file.path)?.content === file.source.content;
        return isKnown ? { ...file, known: { sha256: "", documents: documents.get(file.path) ?? {} } } : file;
      }),
      findings,
    );
}

describe("accidents to the built-in catalogue", function () {
  this.timeout(30_000); // each run reads a catalogue

  it("give a recipe, or findings with a place inside the file; never anything else", () => {
    const files = builtinFiles();
    withDirectories([files], ([directory = ""]) => {
      const parser = parserOver(directory);
      fc.assert(
        fc.property(
          fc.constantFrom(...Object.keys(files)),
          fc.array(accident, { minLength: 1, maxLength: 3 }),
          (path, accidents) => {
            const before = Buffer.from(files[path] ?? "");
            const after = accidents.reduce<Buffer>(
              (bytes, { accident, where, byte }) => ACCIDENTS[accident]?.(bytes, where, byte) ?? bytes,
              before,
            );
            writeFileSync(join(directory, path), after);
            try {
              judge(directory, parser, {
                path,
                lines: after
                  .toString("utf8")
                  .replace(/^\ufeff/, "")
                  .split("\n"),
              });
            } finally {
              writeFileSync(join(directory, path), before);
            }
          },
        ),
        { numRuns: 150 },
      );
    });
  });
});

/** Loads and resolves; an error must be one of ours, and the places in the file must exist. */
function judge(
  directory: string,
  parser: Parser,
  changed: { readonly path: string; readonly lines: readonly string[] },
): void {
  try {
    recipeDigest(resolve(readCatalog([{ directory, label: directory }], parser), LOCAL).recipe);
  } catch (error) {
    assert.ok(error instanceof CairnError, error instanceof Error ? error.stack : String(error));
    assert.ok(error.findings.length > 0, error.message);
    for (const finding of error.findings) {
      const { file, line = 0, column = 0 } = finding;
      if (error.code === "CATALOG_INVALID")
        assert.ok(file !== undefined && line > 0 && column > 0, formatFinding(finding));
      if (file !== `${directory}/${changed.path}` || line === 0) continue;
      assert.ok(line <= changed.lines.length, formatFinding(finding));
      assert.ok(column <= (changed.lines[line - 1] ?? "").length + 1, formatFinding(finding));
    }
  }
}

/** Names that every object has, and some that none has. */
const key = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "toJSON",
  "hasOwnProperty",
  "a",
  "b.c",
  "",
);
const { hostile } = fc.letrec<{ hostile: JsonValue; map: JsonObject }>((tie) => ({
  hostile: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.integer(), fc.constant(null), fc.boolean(), key),
    tie("map"),
    fc.array(tie("hostile"), { maxLength: 2 }),
  ),
  map: fc.array(fc.tuple(key, tie("hostile")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}));
const hostileMap = fc
  .array(fc.tuple(key, hostile), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries) as JsonObject);

describe("keys that every object has", function () {
  this.timeout(30_000); // some runs write and read a catalogue

  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  afterEach("leave Object.prototype as it was", () => {
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).sort(), before);
  });

  const recipeWith = (values: JsonObject): Recipe => resolutionWith(values).recipe;
  const resolutionWith = (values: JsonObject) =>
    resolve(
      load({
        ...registry("a"),
        ...overlay("base", "componentRefs: [{ name: a }]"),
        "components/a/values.yaml": stringify(values),
      }),
      criteriaOf({}),
    );

  it("are merged like any other", () => {
    fc.assert(
      fc.property(hostileMap, hostileMap, (base, over) => {
        const merged = mergeValues(base, over);
        assert.deepEqual(Object.keys(merged), [...new Set([...Object.keys(base), ...Object.keys(over)])]);
        for (const [name, value] of Object.entries(over)) if (!isMap(value)) assert.deepEqual(own(merged, name), value);
      }),
    );
  });

  it("are set like any other, and leave what stood there alone", () => {
    fc.assert(
      fc.property(hostileMap, fc.array(key, { minLength: 1, maxLength: 4 }), hostile, (base, path, value) => {
        const text = JSON.stringify(base);
        const result = path.reduce<JsonValue | undefined>((at, name) => own(at, name), setValue(base, path, value));
        assert.deepEqual(result, value);
        assert.equal(JSON.stringify(base), text);
      }),
    );
  });

  it("come through a catalogue, are found by their path, and say who set them", () => {
    fc.assert(
      fc.property(hostileMap, (values) => {
        const resolution = resolutionWith(values);
        assert.equal(JSON.stringify(resolution.recipe.componentRefs[0]?.values), JSON.stringify(values));
        for (const [path, value] of leavesOf(values)) {
          assert.deepEqual(query(resolution.recipe, formatPath(["components", "a", "values", ...path])), value);
          const [entry] = explain(resolution, formatPath(["componentRefs", "a", "values", ...path]));
          assert.deepEqual(entry?.value, value);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("count in the digest wherever they stand, and survive being stored", () => {
    fc.assert(
      fc.property(hostileMap, (values) => {
        const recipe = recipeWith(values);
        const stored = parseRecipe(JSON.stringify(recipe), "recipe.json");
        assert.equal(recipeDigest(stored), recipeDigest(recipe));
        assert.equal(recipeDigest(recipeWith(reversed(values) as JsonObject)), recipeDigest(recipe));
        assert.notEqual(recipeDigest(recipeWith(setValue(values, ["__proto__", "x"], 1))), recipeDigest(recipe));
        assert.deepEqual(diffRecipes(recipe, stored), []);
      }),
      { numRuns: 25 },
    );
  });

  it("are compared one by one, and the differences are all that there is", () => {
    const plain = recipeWith({});
    const withValues = (values: JsonObject): Recipe => ({
      ...plain,
      componentRefs: plain.componentRefs.map((component) => ({ ...component, values })),
    });
    fc.assert(
      fc.property(hostileMap, hostileMap, (a, b) => {
        const changes = diffRecipes(withValues(a), withValues(b));
        assert.equal(changes.length === 0, canonical(a) === canonical(b));
        for (const change of changes) assert.match(change.path, /^components\.a\.values\./);
        assert.deepEqual(
          diffRecipes(withValues(b), withValues(a)).map(({ path }) => path),
          changes.map(({ path }) => path),
        );
      }),
    );
  });
});

function own(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function leavesOf(
  value: JsonObject,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], JsonValue])[] {
  return Object.entries(value).flatMap(([name, item]) =>
    isMap(item) ? leavesOf(item, [...path, name]) : [[[...path, name], item] as const],
  );
}

function reversed(value: JsonValue): JsonValue {
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, reversed(item)] as const);
  return Object.fromEntries(entries.reverse());
}

/** JSON that does not depend on the order of keys. */
const canonical = (value: JsonValue): string =>
  JSON.stringify(value, (_name, item: JsonValue) =>
    isMap(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
