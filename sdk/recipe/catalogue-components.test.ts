import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Finding, formatFinding } from "../errors";
import { isMap, type JsonValue } from "../json";
import { builtinCatalog } from ".";
import { builtinLayer } from "./builtin";
import { parsePath } from "./path";
import { type RegistryEntry } from "./schema";
import { type HookDecision } from "./types";
import { parseYamlStream } from "./yaml";

const { directory } = builtinLayer();
const { components, files } = builtinCatalog();
const registered: readonly RegistryEntry[] = [...components.values()].map(({ value }) => value);
const charts = registered.flatMap(({ name, helm }) => (helm ? [{ name, helm }] : []));
const inComponents = [...files.values()].filter(({ path }) => path.startsWith("components/"));
const manifests = inComponents.filter(({ path }) => path.includes("/manifests/"));
const gates = inComponents.filter(({ path }) => path.endsWith("/readiness.yaml"));

/** The documents of a file, which must be good YAML. */
function documentsOf({ path, content }: { readonly path: string; readonly content: string }) {
  const findings: Finding[] = [];
  const documents = parseYamlStream(content, path, findings) ?? [];
  assert.deepEqual(findings.map(formatFinding), []);
  return documents.map(({ value }) => value);
}

describe("the components of the built-in catalogue", () => {
  it("are charts from a repository or registry, at exactly one version", () => {
    for (const { name, helm } of charts) {
      assert.match(helm.defaultRepository ?? "", /^(https|oci):\/\/\S+[^/]$/, name);
      assert.match(helm.defaultChart ?? "", /^[a-z0-9-]+$/, name);
      assert.match(helm.defaultVersion ?? "", /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/, name);
    }
    assert.ok(charts.length > 20);
  });

  it("are installed into a namespace", () => {
    for (const { name, helm, manifest } of registered)
      assert.ok(helm?.defaultNamespace ?? manifest?.defaultNamespace, name);
  });

  it("say in a line what they are", () => {
    for (const { name, displayName, description } of registered) {
      assert.ok(displayName, name);
      assert.match(description ?? "", /^[^\n]{20,}\.$/, name);
    }
  });

  it("have one meaning for each name that --set knows", () => {
    const names = registered.flatMap(({ name, valueOverrideKeys }) => [name, ...(valueOverrideKeys ?? [])]);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });

  it("name places in their values by paths that can be read", () => {
    for (const { name, nodeScheduling, storageClassPaths, mixinSafeOverridePaths } of registered) {
      const { system, accelerated, nodeCountPaths } = nodeScheduling ?? {};
      const lists = [
        ...[system, accelerated].flatMap((paths) => [
          paths?.nodeSelectorPaths,
          paths?.tolerationPaths,
          paths?.taintStrPaths,
        ]),
        nodeCountPaths,
        storageClassPaths,
        mixinSafeOverridePaths,
      ];
      for (const path of lists.flatMap((list) => list ?? [])) assert.ok(parsePath(path), `${name}: ${path}`);
    }
  });

  it("decide about hooks by kind and name, as it fits the kind", () => {
    const fits: Readonly<Record<HookDecision, RegExp>> = {
      skip: /^[A-Z]\w+\/\S+$/,
      resource: /^(?!Job)[A-Z]\w+\/\S+$/,
      job: /^Job\/\S+$/,
      lift: /^ConfigMap\/\S+$/,
      "destroy-step": /^Job\/\S+$/,
    };
    const decisions = registered.flatMap(({ name, hooks }) =>
      Object.entries(hooks ?? {}).map(([hook, decision]) => ({ name, hook, decision })),
    );
    for (const { name, hook, decision } of decisions) assert.match(hook, fits[decision], `${name}: ${decision}`);
    assert.ok(decisions.length > 50);
  });

  it("keep what a hook Job needs when they keep the Job", () => {
    for (const { name, hooks } of registered) {
      const kept = Object.entries(hooks ?? {}).filter(([, decision]) => decision !== "skip");
      const jobs = kept.filter(([hook, decision]) => hook.startsWith("Job/") && decision === "job");
      const accounts = Object.entries(hooks ?? {}).filter(([hook]) => hook.startsWith("ServiceAccount/"));
      if (jobs.length > 0 && accounts.length > 0)
        assert.ok(
          accounts.some(([, decision]) => decision === "resource"),
          name,
        );
    }
  });
});

describe("the files of the built-in catalogue's components", () => {
  it("belong to a registered component, at the place for their kind", () => {
    for (const name of readdirSync(join(directory, "components"))) assert.ok(components.has(name), name);
    for (const { path } of inComponents)
      assert.match(path, /^components\/[^/]+\/(values(-[a-z0-9-]+)?|regions|readiness|manifests\/[a-z0-9-]+)\.yaml$/);
  });

  it("give a component without a chart something to apply", () => {
    const folders = new Set(manifests.map(({ path }) => path.split("/")[1]));
    for (const { name, manifest } of registered) assert.ok(!manifest || folders.has(name), name);
  });

  it("are YAML that means the same to everybody", () => {
    for (const file of inComponents) documentsOf(file);
    assert.ok(inComponents.length > 80);
  });

  it("hold values as one map", () => {
    for (const file of inComponents.filter(({ path }) => /\/values[^/]*\.yaml$/.test(path))) {
      const documents = documentsOf(file);
      assert.equal(documents.length, 1, file.path);
      assert.ok(isMap(documents[0]), file.path);
    }
  });

  it("hold manifests that can be applied as they stand", () => {
    for (const file of manifests) {
      assert.doesNotMatch(file.content, /\{\{/, `${file.path} is a template`);
      for (const object of documentsOf(file)) {
        assert.ok(isMap(object), file.path);
        const { apiVersion, kind, metadata } = object;
        assert.ok(typeof apiVersion === "string" && typeof kind === "string", file.path);
        assert.ok(isMap(metadata) && typeof metadata["name"] === "string", file.path);
      }
    }
  });

  it("hold a readiness gate for every component, under its name", () => {
    for (const { name } of registered) {
      const gate = files.get(`components/${name}/readiness.yaml`);
      assert.ok(gate, `${name} has no readiness gate`);
      const [document] = documentsOf(gate);
      assert.ok(isMap(document) && isMap(document["metadata"]), name);
      assert.deepEqual([document["kind"], document["metadata"]["name"]], ["ReadinessGate", name]);
    }
    assert.equal(gates.length, registered.length);
  });

  it("leave the switches of a service's profile to the profile", () => {
    const owned: readonly (readonly [component: string, path: readonly string[]])[] = [
      ["gpu-operator", ["driver", "enabled"]],
      ["gpu-operator", ["toolkit", "enabled"]],
      ["gpu-operator", ["devicePlugin", "enabled"]],
      ["gpu-operator", ["operator", "runtimeClass"]],
      ["nvidia-dra-driver-gpu", ["nvidiaDriverRoot"]],
      ["nvsentinel", ["labeler", "assumeDriverInstalled"]],
    ];
    for (const [name, path] of owned) {
      const file = files.get(`components/${name}/values.yaml`);
      assert.ok(file, name);
      const value = path.reduce<JsonValue | undefined>(
        (map, key) => (isMap(map) ? map[key] : undefined),
        documentsOf(file)[0],
      );
      assert.equal(value, undefined, `${name}: ${path.join(".")}`);
    }
  });
});
