import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { type RecipeFile } from "../recipe";
import { findTool, toolStatus } from "../tools";

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
    `${release}: helm could not render ${path.basename(chart)}`,
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
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-manifests-"));
  try {
    fs.mkdirSync(path.join(folder, "templates"));
    fs.writeFileSync(path.join(folder, "Chart.yaml"), stringify({ apiVersion: "v2", ...chart }));
    files.forEach(({ content }, i) => fs.writeFileSync(path.join(folder, "templates", `${i}.yaml`), content));
    return helmTemplate(helm, folder, { ...request, values: { [chart.name]: request.values } });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs Helm with none of the user's plugins, repositories and settings, so that a render depends on its arguments alone. */
export function runHelm(helm: Helm, args: readonly string[], failure: string, input = ""): string {
  const { stdout, stderr, status, error, signal } = spawnSync(helm.path, args, {
    input,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
    timeout: TIMEOUT_MS,
    env: { ...withoutHelmSettings(process.env), ...ISOLATED },
  });
  if (status === 0) return stdout;
  const reason = error?.message ?? (signal === null ? stderr.trim() : `it was ended by ${signal}`);
  throw new CairnError("HELM_FAILED", failure, { findings: [{ message: reason }], cause: error });
}

const NOWHERE = path.join(os.tmpdir(), "cairn-helm-has-no-home");
const ISOLATED = { HELM_CACHE_HOME: NOWHERE, HELM_CONFIG_HOME: NOWHERE, HELM_DATA_HOME: NOWHERE };

function withoutHelmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(HELM|KUBE)/.test(name)));
}
