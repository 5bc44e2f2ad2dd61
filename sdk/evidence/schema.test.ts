import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { PREDICATE_TYPE, PredicateSchema } from "./predicate";

const docs = (file: string): string => readFileSync(join(__dirname, "../../../docs", file), "utf8");

describe("the published format", () => {
  it("has the JSON Schema that the verifier enforces", () => {
    const published = JSON.parse(docs("recipe-validation-v1.schema.json")) as unknown;
    assert.deepEqual(published, JSON.parse(JSON.stringify(z.toJSONSchema(PredicateSchema))));
  });

  it("is specified under the predicate's type", () => assert.ok(docs("evidence-format.md").includes(PREDICATE_TYPE)));
});
