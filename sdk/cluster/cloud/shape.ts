import { isMap } from "../../json";
import { type Findings } from "./findings";

type Kind = "text" | "flag" | "list" | "object";

/** What a setting looks like, as far as the checks of its value rely on it. */
export interface Shape {
  /** @default whatever is there */
  readonly is?: readonly Kind[];
  readonly required?: boolean;
  readonly hint?: string;
  readonly fields?: Fields;
  /** Each entry of a list or a map. */
  readonly each?: Shape;
  /** Fields by the field `kind`, which is one of these. */
  readonly kinds?: Readonly<Record<string, Fields>>;
}

/** Settings by name. What is not named is not looked at. */
export type Fields = Readonly<Record<string, Shape>>;

export const TEXT: Shape = { is: ["text"], hint: "in YAML, write it in quotes" };
export const FLAG: Shape = { is: ["flag"], hint: "write true or false, without quotes" };
export const TEXTS: Shape = { is: ["list"], each: TEXT };
/** Texts by keys of one's own, such as labels. */
export const MAP: Shape = { is: ["object"], each: TEXT };

export const object = (fields: Fields): Shape => ({ is: ["object"], fields });

export const listOf = (fields: Fields): Shape => ({ is: ["list"], each: object(fields) });

export const needed = (shape: Shape, hint?: string): Shape => ({
  ...shape,
  required: true,
  ...(hint !== undefined && { hint }),
});

export const TAINTS = listOf({ key: needed(TEXT), value: TEXT, effect: needed(TEXT) });

/**
 * Settings that a program hands on from a configuration, where no compiler looked. Checks of values come after, as they read what is
 * within.
 *
 * @param target - As the program calls it: `eks()`.
 * @throws CairnError `CLUSTER_SETTINGS` with every setting of a shape that cannot be read
 */
export function checkShapes(args: object, fields: Fields, target: string, findings: Findings): void {
  checkFields(args, "", fields, findings);
  findings.refuse(target);
}

function checkFields(value: object, path: string, fields: Fields, findings: Findings): void {
  for (const [field, shape] of Object.entries(fields))
    checkShape((value as Readonly<Record<string, unknown>>)[field], path + field, shape, findings);
}

function checkShape(value: unknown, path: string, shape: Shape, findings: Findings): void {
  const { is, required = false, hint, fields, each, kinds } = shape;
  if (value === undefined) {
    if (required) findings.add(path, "is missing", hint);
    return;
  }
  const kind = kindOf(value);
  if (value === null || (is !== undefined && (kind === undefined || !is.includes(kind)))) {
    findings.add(
      path,
      `is ${shown(value)}${is === undefined ? "" : `, not ${is.map((one) => NAMES[one]).join(" or ")}`}`,
      hint,
    );
    return;
  }
  if (typeof value !== "object") return;
  if (fields !== undefined) checkFields(value, `${path}.`, fields, findings);
  if (kinds !== undefined) checkKind(value, path, kinds, findings);
  if (each === undefined) return;
  for (const [key, entry] of Object.entries(value))
    checkShape(entry, Array.isArray(value) ? `${path}[${key}]` : `${path}["${key}"]`, needed(each), findings);
}

function checkKind(value: object, path: string, kinds: Readonly<Record<string, Fields>>, findings: Findings): void {
  const { kind }: { readonly kind?: unknown } = value;
  const choices = Object.keys(kinds);
  if (typeof kind !== "string") findings.add(`${path}.kind`, `is ${shown(kind)}, not one of ${choices.join(", ")}`);
  else if (findings.oneOf(kind, `${path}.kind`, choices)) checkFields(value, `${path}.`, kinds[kind] ?? {}, findings);
}

function kindOf(value: unknown): Kind | undefined {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "flag";
  if (Array.isArray(value)) return "list";
  return isMap(value) ? "object" : undefined;
}

const NAMES = { text: "a text", flag: "true or false", list: "a list", object: "an object" } as const satisfies {
  readonly [kind in Kind]: string;
};

/** A scalar as it is, anything else by what it is: an output has no text that would help. */
function shown(value: unknown): string {
  const kind = kindOf(value);
  return kind === "list" || kind === "object" ? NAMES[kind] : (JSON.stringify(value) ?? String(value));
}
