import { execFile as execFileWithCallback, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { type RecipeFile } from "../recipe";
import { findTool, toolStatus } from "../tools";

const execFile = promisify(execFileWithCallback);

/** The `helm` program that renders. */
export interface Helm {
  readonly path: string;
  /** `3.21.4` */
  readonly version: string;
}

/** @throws CairnError `TOOL_MISSING` */
export function findHelm(): Helm {
  const status = toolStatus("helm");
  return status.found ? status : { path: findTool("helm"), version: "" };
}

export interface RenderRequest {
  readonly release: string;
  readonly namespace: string;
  readonly values: JsonObject;
  readonly kubernetes: { readonly version: string; readonly apiVersions: readonly string[] };
}

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * `helm template` of a chart archive or folder. Values go through standard input, so that no secret lands in a file; explicit nulls reach
 * Helm, which then deletes the chart's default. Install mode, hooks included, tests left out.
 *
 * @throws CairnError `HELM_FAILED` with Helm's own message
 */
export function helmTemplate(helm: Helm, chart: string, request: RenderRequest): string {
  const { release, namespace, kubernetes, values } = request;
  return runHelm(
    helm,
    [
      "template",
      release,
      chart,
      ...["--namespace", namespace],
      ...["--kube-version", kubernetes.version],
      ...kubernetes.apiVersions.flatMap((api) => ["--api-versions", api]),
      ...["--include-crds", "--skip-tests"],
      ...["--values", "-"],
    ],
    `${release}: helm could not render it`,
    JSON.stringify(values),
  );
}

/** Renders Go-templated manifests of a component, which address its values as `index .Values "<component>"`. */
export function helmTemplateManifests(
  helm: Helm,
  files: readonly RecipeFile[],
  chart: { readonly name: string; readonly version: string },
  request: RenderRequest,
): string {
  return inFolder((folder) => {
    fs.mkdirSync(path.join(folder, "templates"));
    fs.writeFileSync(path.join(folder, "Chart.yaml"), stringify({ apiVersion: "v2", ...chart }));
    files.forEach(({ content }, i) => fs.writeFileSync(path.join(folder, "templates", `${i}.yaml`), content));
    return helmTemplate(helm, folder, { ...request, values: { [chart.name]: request.values } });
  });
}

/**
 * Fetches a chart archive from a Helm repository. Helm knows them: index, redirects, proxies.
 *
 * @returns path of the archive in `folder`, which must be empty
 * @throws CairnError `HELM_FAILED`
 */
export async function helmPull(
  helm: Helm,
  chart: { readonly source: string; readonly chart: string; readonly version: string },
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const archives = path.join(folder, "archives");
  const args = [
    "pull",
    "--repo",
    chart.source,
    "--version",
    chart.version,
    "--destination",
    archives,
    "--",
    chart.chart,
  ];
  await fs.promises.mkdir(archives);
  try {
    await execFile(helm.path, args, { env: environment(folder), timeout: TIMEOUT_MS, ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    const { stderr, message } = cause as Error & { readonly stderr?: string };
    throw failed(`helm could not pull ${chart.chart} ${chart.version} from ${chart.source}`, stderr?.trim() || message);
  }
  const [archive = ""] = await fs.promises.readdir(archives);
  return path.join(archives, archive);
}

function runHelm(helm: Helm, args: readonly string[], failure: string, input: string): string {
  return inFolder((home) => {
    const options = { input, maxBuffer: MAX_OUTPUT, timeout: TIMEOUT_MS, env: environment(home) };
    const { stdout, stderr, status, error, signal } = spawnSync(helm.path, args, { ...options, encoding: "utf8" });
    if (status === 0) return stdout;
    throw failed(failure, error?.message ?? (signal === null ? stderr.trim() : `it was ended by ${signal}`));
  });
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-helm-"));
  try {
    return use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const failed = (summary: string, reason: string): CairnError =>
  new CairnError("HELM_FAILED", summary, { findings: [{ message: reason }] });

/** A render is over before it would need its memory back: collecting garbage takes a quarter of its time. */
const SHORT_RUN = { GOGC: "off", GOMEMLIMIT: "512MiB" };

/** An empty home: Helm finds no plugins, repositories or settings there, so a render depends on its arguments alone. */
function environment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HELM|KUBE)/.test(name));
  const homes = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  return { ...SHORT_RUN, ...Object.fromEntries(kept), ...homes };
}
