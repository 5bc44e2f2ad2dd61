import * as z from "zod";
import { DURATION } from "../duration";
import { type JsonValue } from "../json";
import { mapOf } from "../map-of";

/*
 * What the documents of a catalogue have in common. Every object is strict: an unknown field is a finding. An empty field (`checks:`) means
 * the same as an absent one, as in the tools whose folders we read. Schemas only judge; the data stays what the parser made of it.
 * Every field says what it does: docs/recipe-reference.md is printed from that.
 */

export const strict = z.strictObject;

export const text = z.string();
export const filled = text.regex(/./s, "must not be empty");
export const texts = z.array(filled).nullish();
export const optionalText = text.nullish();
export const flag = z.boolean().nullish();
export const anything = z.unknown().optional();
export const values = mapOf(z.custom<JsonValue>()).nullish();
export const textMap = mapOf(text).nullish();

const NAME = /^[a-z0-9]([-a-z0-9.]{0,98}[a-z0-9])?$/;
export const name = text.regex(NAME, "must be lower-case letters, digits, dashes and dots");
const RELATIVE_PATH = /^(?!\/)(?!.*(^|\/)\.\.(\/|$))(?!.*\\).+$/;
export const file = text.regex(RELATIVE_PATH, "must be a path inside the catalogue");
export const files = z.array(file).nullish();
export const duration = text.regex(DURATION, "must be a duration such as `10m`").nullish();
export const COMPARISON = /^(>=|<=|==|!=|>|<)?\s*[^\s<>=!].*$/s;
export const hooks = mapOf(z.enum(["skip", "resource", "job", "lift", "destroy-step"])).nullish();

export const metadata = strict({
  name: name.describe("Name of the document."),
  displayName: optionalText.describe("For people; no effect."),
  description: optionalText.describe("For people; no effect."),
  labels: textMap.describe("For other tools; no effect."),
  annotations: textMap.describe("For other tools; no effect."),
});

export const DOCUMENT_GROUPS = [
  "aicr.nvidia.com/v1alpha1",
  "aicr.run/v1alpha2",
  "aicr.run/v1alpha3",
  "cairn.dev/v1",
] as const;

export const apiVersion = (...allowed: readonly [string, ...string[]]) =>
  z.enum(allowed).nullish().describe("Version of the document's format.");
export const kind = <Kind extends string>(literal: Kind) => z.literal(literal).describe("Kind of the document.");
