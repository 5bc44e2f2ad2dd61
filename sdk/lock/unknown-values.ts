import { parse } from "yaml";
import { isMap, type JsonObject, type JsonValue } from "../json";
import { nearest } from "../nearest";
import { readTar } from "../oci";
import { type ComponentRef } from "../recipe";

/** What a chart says about its values: the defaults of it and its subcharts, and a schema if it has one. */
export interface ChartValues {
  readonly defaults: JsonObject;
  readonly schema?: JsonObject;
}

/** Reads `values.yaml`, `values.schema.json` and those of bundled subcharts from a chart's archive. */
export async function readChartValues(archive: Buffer): Promise<ChartValues> {
  const files = await readTar(archive);
  const root = [...files.keys()].find((path) => /^[^/]+\/Chart\.yaml$/.test(path))?.split("/")[0] ?? "";
  const schema = mapOf(files.get(`${root}/values.schema.json`));
  return { defaults: defaultsOf(root, files), ...(schema && { schema }) };
}

function defaultsOf(folder: string, files: ReadonlyMap<string, Buffer>): JsonObject {
  const own = mapOf(files.get(`${folder}/values.yaml`)) ?? {};
  const { dependencies } = mapOf(files.get(`${folder}/Chart.yaml`)) ?? {};
  const aliases = new Map(
    (Array.isArray(dependencies) ? (dependencies as readonly JsonObject[]) : []).map(({ name, alias }) => [
      name,
      alias,
    ]),
  );
  const subcharts = [...files.keys()].flatMap((path) => {
    const name = path.startsWith(`${folder}/charts/`) ? path.slice(`${folder}/charts/`.length).split("/") : [];
    return name.length === 2 && name[1] === "Chart.yaml" ? [name[0] ?? ""] : [];
  });
  const below = subcharts.map((name): readonly [string, JsonValue] => {
    const key = String(aliases.get(name) ?? name);
    const values = { ...defaultsOf(`${folder}/charts/${name}`, files), ...(isMap(own[key]) ? own[key] : {}) };
    return [key, values];
  });
  return { ...own, ...Object.fromEntries(below) };
}

/**
 * Values of a component that its chart does not know, each with what may have been meant. Where the chart's default is empty, anything may
 * stand.
 */
export function unknownValues({ name, values }: ComponentRef, chart: ChartValues): readonly string[] {
  return [...unknownIn(values, chart.defaults, chart.schema, [])].map(({ path, siblings }) => {
    const [candidate] = nearest(path.at(-1) ?? "", siblings);
    const meant = candidate === undefined ? "" : `; did you mean "${candidate}"?`;
    return `${name}: the chart knows no value ${path.join(".")}${meant}`;
  });
}

interface Unknown {
  readonly path: readonly string[];
  readonly siblings: readonly string[];
}

/** Read by most charts and their subcharts, whether their defaults say so or not. */
const USUAL: ReadonlySet<string> = new Set(["global", "fullnameOverride", "nameOverride"]);

function* unknownIn(
  values: JsonObject,
  defaults: JsonObject,
  schema: JsonObject | undefined,
  path: readonly string[],
): Generator<Unknown> {
  const properties = isMap(schema?.["properties"]) ? schema["properties"] : {};
  const siblings = [...new Set([...Object.keys(defaults), ...Object.keys(properties)])];
  for (const [key, value] of Object.entries(values)) {
    const at = [...path, key];
    if (USUAL.has(key)) continue;
    if (!siblings.includes(key)) {
      yield { path: at, siblings };
      continue;
    }
    const below = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    const described = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isMap(value) && isMap(below) && Object.keys(below).length > 0)
      yield* unknownIn(value, below, isMap(described) ? described : undefined, at);
  }
}

/** A file of a chart as a map; nothing where it is none. Charts are written for YAML 1.1 and by many hands: what cannot be read tells nothing. */
function mapOf(bytes: Buffer | undefined): JsonObject | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value = parse(bytes.toString("utf8"), { version: "1.1", logLevel: "silent" }) as JsonValue;
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
