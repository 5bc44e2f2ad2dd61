import { type Findings } from "./findings";

/**
 * What settings look like: a text, whatever there is, a list of one form, or settings by name. A name with `!` has to be there, `*` is any
 * name that is, and what is not named is not looked at.
 */
export type Form = "text" | "anything" | readonly [Form] | { readonly [name: string]: Form };

/**
 * Checks what a compiler checks, for programs without types: what is looked at further on has the form that its type says.
 *
 * @returns Whether all of it fits.
 */
export function checkForm(value: unknown, form: Form, path: string, findings: Findings): boolean {
  if (form === "anything") return true;
  if (form === "text") return findings.check(typeof value === "string", path, `${write(value)} is no text`);
  if (isList(form)) {
    if (!Array.isArray(value)) return findings.check(false, path, `${write(value)} is no list`);
    return value.map((each, i) => checkForm(each, form[0], `${path}[${i}]`, findings)).every(Boolean);
  }
  if (!isObject(value)) return findings.check(false, path, `${write(value)} is no object`);
  return Object.entries(form)
    .flatMap(([name, inner]) => namesOf(name, value).map((each) => ({ name, each, inner })))
    .map(({ name, each, inner }) => {
      const at = path === "" ? each : `${path}.${each}`;
      if (value[each] === undefined) return !/[!*]$/.test(name) || findings.present(undefined, at);
      return checkForm(value[each], inner, at, findings);
    })
    .every(Boolean);
}

const namesOf = (name: string, value: object): readonly string[] =>
  name === "*" ? Object.keys(value) : [name.replace("!", "")];

const isList = (form: Form): form is readonly [Form] => Array.isArray(form);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const write = (value: unknown): string => JSON.stringify(value) ?? typeof value;

/** Of a taint of Kubernetes. */
export const TAINT_FORM = { "key!": "text", value: "text", "effect!": "text" } as const;
