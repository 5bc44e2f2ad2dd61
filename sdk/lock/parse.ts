import { LineCounter, parseAllDocuments, type Tags } from "yaml";
import { CairnError, type Finding, messageOf } from "../errors";
import { type JsonObject, type JsonValue } from "../json";

/** YAML 1.1 types that Kubernetes does not read: its parser leaves dates and `1:30` as text. */
const NOT_KUBERNETES = new Set([
  "tag:yaml.org,2002:timestamp",
  "tag:yaml.org,2002:set",
  "tag:yaml.org,2002:omap",
  "tag:yaml.org,2002:pairs",
]);

/**
 * Reads rendered manifests as Kubernetes does: YAML 1.1, so that `0755` is octal. Empty documents, `status` and null `creationTimestamp`
 * are dropped, a `List` is taken apart.
 *
 * @param source - What is being read, for error messages
 * @throws CairnError `MANIFEST_INVALID` with every finding
 */
export function parseManifests(text: string, source: string): readonly JsonObject[] {
  const lines = new LineCounter();
  const findings: Finding[] = [];
  const objects: JsonObject[] = [];
  const documents = parseAllDocuments(text, {
    version: "1.1",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    customTags: kubernetesTags,
  });
  for (const document of Array.isArray(documents) ? documents : []) {
    const start = lines.linePos(document.contents?.range?.[0] ?? 0);
    const at = { file: source, line: start.line };
    if (document.errors.length > 0) {
      findings.push(
        ...document.errors.map(({ pos, message }) => ({ file: source, line: lines.linePos(pos[0]).line, message })),
      );
      continue;
    }
    try {
      for (const object of expand(document.toJS({ maxAliasCount: 1000 }) as JsonValue)) {
        const problem = problemOf(object);
        if (problem === undefined) objects.push(clean(object as JsonObject));
        else findings.push({ ...at, message: problem });
      }
    } catch (error) {
      findings.push({ ...at, message: messageOf(error) });
    }
  }
  if (findings.length === 0) return objects;
  throw new CairnError("MANIFEST_INVALID", `${source} is not a stream of Kubernetes objects`, { findings });
}

const kubernetesTags = (tags: Tags): Tags =>
  tags.filter((tag) => {
    const isSexagesimal = typeof tag === "object" && "format" in tag && tag.format === "TIME";
    return typeof tag === "string" || !(isSexagesimal || NOT_KUBERNETES.has(tag.tag));
  });

function expand(value: JsonValue): readonly JsonValue[] {
  if (value === null) return [];
  const { kind, apiVersion, items } = value as JsonObject;
  return kind === "List" && apiVersion === "v1" && Array.isArray(items)
    ? (items as JsonValue[]).flatMap(expand)
    : [value];
}

function problemOf(value: JsonValue): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is not an object";
  const { apiVersion, kind, metadata } = value as JsonObject;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return "has no apiVersion and kind";
  const { name } = (metadata ?? {}) as JsonObject;
  if (typeof name !== "string" || name === "") return `${kind} has no metadata.name`;
  return undefined;
}

function clean(object: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(withoutStatus(object), (key, value: unknown) => dropEmptyTimestamp(key, value)),
  ) as JsonObject;
}

const withoutStatus = ({ status: _status, ...object }: JsonObject): JsonObject => object;

function dropEmptyTimestamp(key: string, value: unknown): unknown {
  if (key === "creationTimestamp" && value === null) return undefined;
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value} is not a JSON number`);
  return value;
}
