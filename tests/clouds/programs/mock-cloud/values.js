// Property values as a cloud looks at them. A path is a list of keys.

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** `nodeConfig.labels["a.b/c"]` or `list[0].x`, as a list of keys. */
exports.segments = (text) => [...text.matchAll(/\["([^"]*)"\]|([^.[\]]+)/g)].map(([, quoted, key]) => quoted ?? key);

/** Whether a path is the pattern or lies under it. */
exports.covers = (pattern, path) =>
  pattern.length <= path.length && pattern.every((key, i) => key === "*" || key === path[i]);

/** `over` laid over `base`, objects key by key. */
exports.merge = function merge(base, over) {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : over;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(keys.map((key) => [key, merge(base[key], over[key])]));
};

/** Where what there is differs from what is wanted. What a cloud adds of its own is no difference, but in the fields called `exact`. */
exports.compare = function compare(present, wanted, exact = [], path = []) {
  if (wanted === undefined || wanted === null) return [];
  if (Array.isArray(wanted) && Array.isArray(present) && wanted.length === present.length)
    return wanted.flatMap((entry, i) => compare(present[i], entry, exact, [...path, String(i)]));
  if (isObject(wanted) && isObject(present)) {
    const extra = exact.includes(path.at(-1)) ? Object.keys(present).filter((key) => !(key in wanted)) : [];
    const inner = Object.keys(wanted).flatMap((key) => compare(present[key], wanted[key], exact, [...path, key]));
    return [...inner, ...extra.map((key) => [...path, key])];
  }
  return present === wanted ? [] : [path];
};

/** What was sent and no longer is. */
exports.removed = function removed(olds, news, path = []) {
  if (!isObject(olds)) return [];
  return Object.keys(olds).flatMap((key) => {
    if (olds[key] === undefined || olds[key] === null) return [];
    return isObject(news) && news[key] !== undefined ? removed(olds[key], news[key], [...path, key]) : [[...path, key]];
  });
};

/** What was sent, as the cloud has it now. */
exports.seen = function seen(present, sent, exact = [], key = "") {
  if (present === undefined || present === null) return sent;
  if (exact.includes(key)) return present;
  if (Array.isArray(sent) && Array.isArray(present) && sent.length === present.length)
    return sent.map((entry, i) => seen(present[i], entry, exact));
  if (!isObject(sent) || !isObject(present)) return present;
  return Object.fromEntries(Object.keys(sent).map((name) => [name, seen(present[name], sent[name], exact, name)]));
};
