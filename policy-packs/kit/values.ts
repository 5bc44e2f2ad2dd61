/** Stands for a value that is not known before `up`. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** Resource inputs as plain data. */
export type Value =
  string | number | boolean | null | undefined | typeof UNKNOWN | readonly Value[] | { readonly [key: string]: Value };

export type ObjectValue = { readonly [key: string]: Value };

export const isObject = (value: Value): value is ObjectValue =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Copies the inputs that `@pulumi/policy` hands to a policy. Those are proxies that throw on an unknown, and a mandatory policy that lets
 * this error escape is quietly reported as advisory; here an unknown becomes a value like any other.
 */
export function plain(value: unknown): Value {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, index));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
  return value as Value;
}

function read(container: object, key: string | number): Value {
  try {
    return plain((container as Record<string | number, unknown>)[key]);
  } catch (error) {
    if (isUnknownValueError(error)) return UNKNOWN;
    throw error;
  }
}

// By name: the class of @pulumi/policy 1.21 has no type, and a program may bring a second copy of the package.
const isUnknownValueError = (error: unknown): boolean =>
  error instanceof Error && error.constructor.name === "UnknownValueError";

/** `spec.template` and `labels["odd key"]`: a path that is safe to print, whatever the keys are. */
export function join(path: string, key: string): string {
  if (!/^[\w.-]{1,100}$/.test(key)) return `${path}[${JSON.stringify(key.slice(0, 100))}]`;
  return path === "" ? key : `${path}.${key}`;
}
