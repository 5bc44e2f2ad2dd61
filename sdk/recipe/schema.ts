import * as z from "zod";
import { type JsonObject } from "../json";
import { elementOf } from "../map-of";
import { type Path } from "./path";
import { pointerSchema } from "./schema-evidence";
import { metadata } from "./schema-fields";
import { componentRef, constraint, type hardware, mixinSchema, overlaySchema, phase, profile } from "./schema-recipe";
import { type registryEntry, registrySchema, schedulingPaths } from "./schema-registry";
import { regionsSchema, type threshold, thresholdsSchema, type validator, validatorsSchema } from "./schema-tables";

export { mixinSchema, overlaySchema, pointerSchema, regionsSchema, registrySchema, thresholdsSchema, validatorsSchema };

/** What stands in several places of the documents: docs/recipe-reference.md describes it once. */
export const PARTS = {
  "Entry for a component": componentRef,
  Constraint: constraint,
  Phase: phase,
  Profile: profile,
  "Scheduling paths": schedulingPaths,
  Metadata: metadata,
} as const;

export type OverlayDocument = DeepReadonly<z.infer<typeof overlaySchema>>;
export type MixinDocument = DeepReadonly<z.infer<typeof mixinSchema>>;
export type RegistryDocument = DeepReadonly<z.infer<typeof registrySchema>>;
export type ComponentRefDocument = DeepReadonly<z.infer<typeof componentRef>>;
export type ConstraintDocument = DeepReadonly<z.infer<typeof constraint>>;
export type HardwareDocument = DeepReadonly<z.infer<typeof hardware>>;
export type ProfileDocument = DeepReadonly<z.infer<typeof profile>>;
export type PointerDocument = DeepReadonly<z.infer<typeof pointerSchema>>;
export type RegionsDocument = DeepReadonly<z.infer<typeof regionsSchema>>;
export type ThresholdsDocument = DeepReadonly<z.infer<typeof thresholdsSchema>>;
export type ThresholdDocument = DeepReadonly<z.infer<typeof threshold>>;
export type PhaseDocument = DeepReadonly<z.infer<typeof phase>>;
export type ValidatorsDocument = DeepReadonly<z.infer<typeof validatorsSchema>>;
export type ValidatorEntry = DeepReadonly<z.infer<typeof validator>>;
export type RegistryEntry = DeepReadonly<z.infer<typeof registryEntry>>;

type DeepReadonly<T> = T extends JsonObject
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** The fields that the model has at a path. */
export function fieldsAt(schema: z.ZodType, path: Path): readonly string[] {
  const end = path.reduce<unknown>((at, key) => {
    const outer = unwrapped(at);
    return outer instanceof z.ZodArray ? outer.element : (elementOf(outer) ?? shapeOf(outer)[key]);
  }, schema);
  return Object.keys(shapeOf(unwrapped(end)));
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrapped(schema.unwrap()) : schema;
}

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> =>
  schema instanceof z.ZodObject ? schema.shape : {};
