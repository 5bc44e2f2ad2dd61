import assert from "node:assert/strict";
import { explain, query, resolve, type Resolution, type TraceEntry } from ".";
import { builtinCatalog } from "./builtin";
import { criteriaOf } from "./criteria";
import { isMap, type JsonValue } from "../json";
import { formatSettingPath, type Path } from "./path";
import { failure } from "./support.test";

const eks = resolve(
  builtinCatalog(),
  criteriaOf({ service: "eks", accelerator: "h100", intent: "training", os: "ubuntu", platform: "kubeflow" }),
  { region: "us-east-1", values: [{ component: "aws-efa", path: "tolerations[0].key", value: "nvidia.com/gpu" }] },
);

/** Every path of a document, its own nodes included. */
function* pathsOf(value: JsonValue, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  const below: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item, i) => [i, item] as const)
    : isMap(value)
      ? Object.entries(value)
      : [];
  for (const [key, each] of below) yield* pathsOf(each, [...path, key]);
}

const saidOf = (resolution: Resolution, path: string): readonly string[] =>
  explain(resolution, path).map(
    ({ file, line, rule }: TraceEntry) =>
      `${file.replace(/^.*recipes\//, "")}${line === undefined ? "" : ":…"} ${rule}`,
  );

describe("explaining a recipe", () => {
  it("has an answer to everything that a query has one to", () => {
    const unexplained = [...pathsOf(query(eks.recipe, ""))].filter((path) => {
      try {
        return explain(eks, formatSettingPath(path)).length === 0;
      } catch {
        return true;
      }
    });
    assert.deepEqual(unexplained.map(formatSettingPath), []);
  });

  it("prints paths that a query takes", () => {
    for (const { path } of eks.trace) assert.notEqual(query(eks.recipe, path), undefined, path);
  });

  const said: Readonly<Record<string, string>> = {
    "cert-manager.hooks": "registry.yaml:… registry",
    "image-admission.manifests": "registry.yaml:… registry",
    "image-admission.manifests[0].content": "registry.yaml:… registry",
    "gpu-operator.nodeScheduling": "registry.yaml:… registry",
    "gpu-operator.readiness": "components/gpu-operator/readiness.yaml:… readiness gate",
    "gpu-operator.toolkit.env[0].name": "components/gpu-operator/values.yaml:… component values",
    "aws-efa.tolerations[0].key": "--set:… set from outside",
    'constraints."K8s.server.version".value': "overlays/image-admission.yaml:… set",
    "gpu-operator.type": "cairn computed: from what the component consists of",
    "criteria.service": "cairn stated, or found in the snapshot; any where it was left open",
    "metadata.profiles": "cairn chosen, or the default of the profile",
    "deploymentOrder[0]": "cairn computed: after what each component depends on, then by name",
    "gpu-operator.preManifests": "cairn computed: no document adds to it",
  };
  for (const [path, expected] of Object.entries(said))
    it(`knows where ${path} comes from`, () => assert.equal(saidOf(eks, path)[0], expected));

  it("still refuses what is not there", () => {
    for (const path of [
      "gpu-operator.toolkit.env[99]",
      "constraints.nothing",
      "criteria.servce",
      "gpu-operator.hooks.x",
    ])
      assert.equal(failure(() => explain(eks, path)).code, "RECIPE_PATH_UNKNOWN", path);
  });
});
