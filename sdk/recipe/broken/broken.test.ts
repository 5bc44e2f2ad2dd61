import assert from "node:assert/strict";
import { formatFinding } from "../../errors";
import { type CriteriaInput, loadCatalog, parseCriteria, parseRecipe, resolve } from "..";
import { failure, load, withDirectories } from "../support.test";
import { COMPOSITION } from "./composition.test";
import { SOUND, type Broken } from "./corpus.test";
import { EVIDENCE } from "./evidence.test";
import { REFERENCES } from "./references.test";
import { SCHEMA } from "./schema.test";
import { SOUND_RECIPE, STORED } from "./stored.test";
import { SOUND_AFTER_ALL, SYNTAX } from "./syntax.test";
import { TYPES } from "./types.test";

/** Code and findings of a catalogue, with paths inside of it. */
function refusal({ files, criteria = {}, prepare }: Broken, reverse: boolean) {
  const entries = Object.entries({ ...SOUND, ...files });
  return withDirectories([Object.fromEntries(reverse ? entries.reverse() : entries)], ([directory = ""]) => {
    prepare?.(directory);
    const { code, findings } = failure(() => {
      const catalog = loadCatalog([directory]);
      resolve(catalog, parseCriteria(criteria, catalog));
    });
    return { code, findings: findings.map((finding) => formatFinding(finding).replaceAll(directory, "0")) };
  });
}

const FAMILIES = {
  syntax: SYNTAX,
  types: TYPES,
  fields: SCHEMA,
  references: REFERENCES,
  composition: COMPOSITION,
  evidence: EVIDENCE,
};

for (const [family, corpus] of Object.entries(FAMILIES)) {
  describe(`a catalogue with broken ${family}`, () => {
    for (const broken of corpus) {
      it(`is refused for ${broken.what}`, () => {
        const expected = { code: broken.code ?? "CATALOG_INVALID", findings: broken.findings };
        assert.deepEqual(refusal(broken, false), expected);
      });
    }
  });
}

describe("a broken catalogue", function () {
  this.timeout(30_000);

  it("gives the same findings in the same order when its files were written in another order", () => {
    for (const broken of [...TYPES, ...SCHEMA, ...REFERENCES, ...COMPOSITION])
      assert.deepEqual(refusal(broken, true).findings, broken.findings);
  });
});

describe("a catalogue that only looks broken", () => {
  for (const [what, text, values] of SOUND_AFTER_ALL) {
    it(`is read for ${what}`, () => {
      const catalog = load({ ...SOUND, "components/a/values.yaml": text });
      const { recipe } = resolve(catalog, parseCriteria({}, catalog));
      assert.equal(JSON.stringify(recipe.componentRefs[0]?.values), values);
    });
  }
});

describe("criteria", () => {
  it("that are none are told of, all together", () => {
    const input = { service: 5, os: ["ubuntu"], acelerator: "h100", nodes: "-1.5" } as unknown as CriteriaInput;
    const { code, findings } = failure(() => parseCriteria(input));
    assert.deepEqual(
      [code, findings.map(formatFinding)],
      [
        "CRITERIA_INVALID",
        [
          'acelerator: unknown criterion (did you mean "accelerator"?)',
          "service: must be text",
          "os: must be text",
          'nodes: "-1.5" is not a number of nodes',
        ],
      ],
    );
  });
});

describe("a stored recipe", () => {
  it("is read as it was written when nothing is wrong", () => {
    assert.equal(parseRecipe(SOUND_RECIPE, "r.yaml").componentRefs[0]?.name, "a");
  });

  for (const { what, text, findings } of STORED) {
    it(`is refused for ${what}`, () => {
      const error = failure(() => parseRecipe(text, "r.yaml"));
      assert.deepEqual([error.code, error.findings.map(formatFinding)], ["RECIPE_FILE_INVALID", findings]);
    });
  }
});
