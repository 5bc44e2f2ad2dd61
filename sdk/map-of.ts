import * as z from "zod";
import { isMap } from "./json";

/** By definition, which copies with a description share. */
const elements = new WeakMap<object, z.ZodType>();

/**
 * A map whose keys are data. Unlike `z.record` it judges the value of a key named `__proto__` too. It only judges: the parsed value is the
 * one that went in.
 */
export function mapOf<Value>(schema: z.ZodType<Value>): z.ZodType<Readonly<Record<string, Value>>> {
  const map = z.custom<Readonly<Record<string, Value>>>(isMap, "must be a map").superRefine((map, context) => {
    for (const [key, value] of Object.entries(map)) {
      for (const issue of schema.safeParse(value).error?.issues ?? [])
        context.issues.push({ ...issue, input: value, path: [key, ...issue.path] } as z.core.$ZodRawIssue);
    }
  });
  elements.set(map.def, schema);
  return map;
}

/** What `mapOf` was given. */
export function elementOf(map: unknown): z.ZodType | undefined {
  return map instanceof z.ZodType ? elements.get(map.def) : undefined;
}
