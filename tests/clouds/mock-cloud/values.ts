// Property values as a cloud looks at them. A path is a list of keys.

export type Properties = Readonly<Record<string, unknown>>;
export type Path = readonly string[];

const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const bothLists = (one: unknown, other: unknown): one is readonly unknown[] =>
  Array.isArray(one) && Array.isArray(other) && one.length === other.length;

/** `nodeConfig.labels["a.b/c"]` or `list[0].x`, as a list of keys. */
export const segments = (text: string): Path =>
  [...text.matchAll(/\["([^"]*)"\]|([^.[\]]+)/g)].map(([, quoted, key]) => quoted ?? key ?? "");

/** What is at a path such as `list[0].x`. */
export const at = (value: unknown, path: string): unknown =>
  segments(path).reduce<unknown>((inner, key) => (inner as Properties | undefined)?.[key], value);

/** Every text in it. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Whether a path is the pattern or lies under it. */
export const covers = (pattern: Path, path: Path): boolean =>
  pattern.length <= path.length && pattern.every((key, i) => key === "*" || key === path[i]);

/** `over` laid over `base`, objects key by key. */
export function merge<T>(base: T, over: unknown): T {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : (over as T);
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(keys.map((key) => [key, merge((base as Properties)[key], over[key])])) as T;
}

/** Where what there is differs from what is wanted. What a cloud adds of its own is no difference, but in the fields called `exact`. */
export function compare(present: unknown, wanted: unknown, exact: Path = [], path: Path = []): readonly Path[] {
  if (wanted === undefined || wanted === null) return [];
  if (bothLists(wanted, present))
    return wanted.flatMap((entry, i) => compare((present as unknown[])[i], entry, exact, [...path, String(i)]));
  if (isObject(wanted) && isObject(present)) {
    const extra = exact.includes(path.at(-1) ?? "") ? Object.keys(present).filter((key) => !(key in wanted)) : [];
    const inner = Object.keys(wanted).flatMap((key) => compare(present[key], wanted[key], exact, [...path, key]));
    return [...inner, ...extra.map((key) => [...path, key])];
  }
  return present === wanted ? [] : [path];
}

/** What was sent and no longer is. */
export function removed(olds: unknown, news: unknown, path: Path = []): readonly Path[] {
  if (!isObject(olds)) return [];
  return Object.keys(olds).flatMap((key) => {
    if (olds[key] === undefined || olds[key] === null) return [];
    return isObject(news) && news[key] !== undefined ? removed(olds[key], news[key], [...path, key]) : [[...path, key]];
  });
}

/** What was sent, as the cloud has it now. */
export function seen(present: unknown, sent: unknown, exact: Path = [], key = ""): unknown {
  if (present === undefined || present === null) return sent;
  if (exact.includes(key)) return present;
  if (bothLists(sent, present)) return sent.map((entry, i) => seen((present as unknown[])[i], entry, exact));
  if (!isObject(sent) || !isObject(present)) return present;
  return Object.fromEntries(Object.keys(sent).map((name) => [name, seen(present[name], sent[name], exact, name)]));
}
