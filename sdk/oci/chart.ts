import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { parse } from "yaml";
import { ociError } from "./errors";
import { buildArtifact, type BuiltArtifact } from "./image";
import { MEDIA_TYPES } from "./manifest";
import { packLayer } from "./tar";

const ChartYaml = z.looseObject({
  apiVersion: z.enum(["v1", "v2"]),
  name: z.string().regex(/^[a-zA-Z0-9._-]+$/),
  version: z.string().min(1),
});

export interface PackedChart {
  readonly name: string;
  readonly version: string;
  /** The version as a tag: a registry allows no `+`, so Helm writes `_`. */
  readonly tag: string;
  /** The `.tgz`. */
  readonly archive: Buffer;
  /** To push to `<repository>/<name>:<tag>`; `helm pull oci://` takes it. */
  readonly artifact: BuiltArtifact;
}

/**
 * Packs a Helm chart from its directory. Equal files give an equal digest, which `helm package` does not promise. `.helmignore` is not read:
 * a chart's directory holds the chart and nothing else.
 *
 * @throws CairnError `OCI_ARCHIVE_INVALID` when there is no valid Chart.yaml, or something that is no regular file
 */
export async function packChart(directory: string): Promise<PackedChart> {
  const files = await readTree(directory);
  const chart = readChartYaml(files["Chart.yaml"], directory);
  const rooted = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${chart.name}/${path}`, bytes]));
  const archive = await packLayer(rooted);
  return {
    name: chart.name,
    version: chart.version,
    tag: chart.version.replaceAll("+", "_"),
    archive,
    artifact: buildArtifact({
      config: { mediaType: MEDIA_TYPES.helmConfig, bytes: Buffer.from(JSON.stringify(chart)) },
      layers: [{ mediaType: MEDIA_TYPES.helmChart, bytes: archive }],
    }),
  };
}

function readChartYaml(bytes: Buffer | undefined, directory: string): z.infer<typeof ChartYaml> {
  if (bytes === undefined) throw ociError("OCI_ARCHIVE_INVALID", `${directory} has no Chart.yaml`);
  const parsed = ChartYaml.safeParse(parse(bytes.toString("utf8")));
  if (parsed.success) return parsed.data;
  throw ociError("OCI_ARCHIVE_INVALID", `${join(directory, "Chart.yaml")} is not a chart`, {
    findings: parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })),
  });
}

async function readTree(directory: string): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) throw ociError("OCI_ARCHIVE_INVALID", `${path} is not a regular file`);
    files[path.slice(join(directory, "/").length).replaceAll("\\", "/")] = await readFile(path);
  }
  return files;
}
