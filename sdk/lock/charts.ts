import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { CairnError } from "../errors";
import { MEDIA_TYPES, type OciClient, parseReference } from "../oci";
import { type Recipe } from "../recipe";
import { ContentStore } from "./content-store";
import { type Helm, helmPull } from "./helm";
import { type Lock, type LockedChart } from "./types";

export interface ChartSources {
  readonly client: OciClient;
  readonly helm: Helm;
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
}

/** What a recipe says about a chart. */
interface WantedChart {
  readonly component: string;
  readonly source: string;
  readonly chart: string;
  readonly version: string;
}

/** Helm refuses larger archives as well. */
const MAX_ARCHIVE = 20 * 1024 * 1024;

/** The charts that a recipe names, by component. */
export function wantedCharts(recipe: Recipe): readonly WantedChart[] {
  return recipe.componentRefs
    .filter(({ type }) => type === "Helm")
    .map(({ name, source, chart, version }) => {
      if (source === undefined || chart === undefined || version === undefined)
        throw new CairnError("CHART_SOURCE", `component ${name} needs source, chart and version`);
      return { component: name, source, chart, version };
    });
}

/**
 * Brings one chart into the cache. A chart that is locked already is fetched by its digests, and only if the cache does not have it.
 *
 * @throws CairnError `CHART_SOURCE`, `CHART_INVALID`, `CHART_MOVED` when the source has other bytes under the locked version
 */
export async function fetchChart(
  wanted: WantedChart,
  locked: LockedChart | undefined,
  sources: ChartSources,
): Promise<LockedChart> {
  const store = new ContentStore(sources.cacheDir);
  if (locked !== undefined && store.has(locked.archive)) return locked;
  const { bytes, manifest } = await download(wanted, locked, sources);
  const archive = store.put(bytes);
  if (locked !== undefined && locked.archive !== archive)
    throw new CairnError("CHART_MOVED", `${wanted.source} now has other bytes as ${wanted.chart} ${wanted.version}`, {
      findings: [{ message: `locked: ${locked.archive}` }, { message: `found: ${archive}` }],
      hint: `if that is meant, run \`cairn lock --update ${wanted.component}\``,
    });
  const { source, chart, version } = wanted;
  return { source, chart, version, ...(manifest !== undefined && { manifest }), archive };
}

/** Brings every chart of a lock into the cache (`cairn lock --fetch`). */
export async function fetchCharts(lock: Lock, sources: ChartSources): Promise<void> {
  for (const [component, locked] of Object.entries(lock.charts))
    await fetchChart({ component, ...locked }, locked, sources);
}

interface Download {
  readonly bytes: Buffer;
  /** Manifest digest in an OCI registry. */
  readonly manifest?: string;
}

async function download(
  wanted: WantedChart,
  locked: LockedChart | undefined,
  sources: ChartSources,
): Promise<Download> {
  const { protocol, hostname } = parseSource(wanted);
  if (protocol === "oci:") return downloadFromRegistry(wanted, locked, sources);
  const isLoopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && isLoopback)) return downloadFromRepository(wanted, sources);
  throw new CairnError(
    "CHART_SOURCE",
    `component ${wanted.component}: ${wanted.source} is neither oci:// nor https://`,
  );
}

function parseSource({ component, source }: WantedChart): URL {
  if (URL.canParse(source)) return new URL(source);
  throw new CairnError("CHART_SOURCE", `component ${component}: ${source} is not a URL`);
}

async function downloadFromRegistry(
  { source, chart, version }: WantedChart,
  locked: LockedChart | undefined,
  { client, signal }: ChartSources,
): Promise<Download> {
  const repository = parseReference(`${source.replace(/\/+$/, "")}/${chart}`);
  // A registry allows no `+` in a tag, so Helm writes `_`.
  const ref = locked?.manifest === undefined ? { tag: version.replaceAll("+", "_") } : { digest: locked.manifest };
  const { manifest, descriptor } = await client.manifest({ ...repository, ...ref }, signal);
  const layer = manifest.layers?.find(({ mediaType }) => mediaType === MEDIA_TYPES.helmChart);
  if (layer === undefined || layer.size > MAX_ARCHIVE)
    throw new CairnError(
      "CHART_INVALID",
      `${source}/${chart}:${version} is not a Helm chart of at most ${MAX_ARCHIVE} bytes`,
    );
  return { bytes: await client.blob(repository, layer, signal), manifest: descriptor.digest };
}

async function downloadFromRepository(wanted: WantedChart, { helm, signal }: ChartSources): Promise<Download> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "cairn-chart-"));
  try {
    const archive = await helmPull(helm, wanted, folder, signal);
    const { size } = await fs.stat(archive);
    if (size > MAX_ARCHIVE)
      throw new CairnError("CHART_INVALID", `${wanted.chart} ${wanted.version} is larger than ${MAX_ARCHIVE} bytes`);
    return { bytes: await fs.readFile(archive) };
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}
