import assert from "node:assert/strict";
import { CairnError } from "../errors";
import { kustomizationFolders } from "./kustomization";

const folders = (files: Readonly<Record<string, string>>, start = "."): readonly string[] =>
  kustomizationFolders(
    new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])),
    start,
    "app",
  );

/** Of a kustomization with a file `a.yaml`, and further files. */
function problems(kustomization: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  try {
    folders({ "kustomization.yaml": kustomization, "a.yaml": "", ...files });
    return [];
  } catch (error) {
    assert.ok(error instanceof CairnError && error.code === "KUSTOMIZATION_INVALID", String(error));
    return error.findings.map(({ path = "", message }) => `${path}: ${message}`);
  }
}

describe("a kustomization", () => {
  it("needs its folder and those of its bases, each once", () => {
    const files = {
      "x/prod/kustomization.yaml": "resources: [../../base/, ./a.yaml]\ncomponents: [../part]\n",
      "x/prod/a.yaml": "",
      "x/part/Kustomization": "resources: [../../base]\n",
      "base/kustomization.yml": "namePrefix: a-\n",
      "other/kustomization.yaml": "resources: [https://example.com/a.yaml]\n",
    };
    assert.deepEqual(folders(files, "x/prod"), ["x/prod", "base", "x/part"]);
  });

  const local: Readonly<Record<string, string>> = {
    "a URL that is data":
      "commonAnnotations: { docs: https://example.com }\nconfigMapGenerator: [{ name: a, literals: ['u=https://x'] }]",
    "a URL inside a patch": "patches: [{ path: a.yaml }, { patch: '[{op: add, path: /x, value: https://x}]' }]",
    "a plugin that is built in":
      "transformers:\n  - |-\n    apiVersion: builtin\n    kind: NamespaceTransformer\n    metadata: { name: a, namespace: b }",
  };
  for (const [what, text] of Object.entries(local)) it(`may have ${what}`, () => assert.deepEqual(problems(text), []));

  const URL = "https://example.com/a.yaml";
  const refused: Readonly<Record<string, [string, RegExp]>> = {
    "a resource by URL": [`resources: [${URL}]`, /^resources\.0: \S+ is not in the repository; copy/],
    "a resource by URL under a key in capitals": [`Resources: [${URL}]`, /^Resources\.0: \S+ is not/],
    "what would be merged in": [`x: &x { resources: [${URL}] }\n<<: *x`, /^: merge keys \(<<\) are not part of YAML/],
    "a repository by ssh": ["bases: ['git@github.com:a/b']", /^bases\.0: .* is not in the repository; copy/],
    "a repository that looks like a folder": [
      "resources: [github.com/a]",
      /^resources\.0: .* is not in the repository; copy/,
    ],
    "a component with a revision": ["components: ['b?ref=v1']", /^components\.0: .* is not in the repository; copy/],
    "a file that is not there": ["resources: [b.yaml]", /^resources\.0: b\.yaml is no file of the repository$/],
    "an absolute path": ["resources: [/etc/passwd]", /^resources\.0: \/etc\/passwd is no file of the repository$/],
    "a folder above the repository": ["resources: [../..]", /^resources\.0: \.\.\/\.\. is no file of the repository$/],
    "a patch by URL": [`patches: [{ path: "${URL}" }]`, /^patches\.0\.path: \S+ is not in the repository; copy/],
    "a definition by URL": [`crds: [${URL}]`, /^crds\.0: \S+ is not in the repository; copy/],
    "a schema by URL": [`openapi: { path: "${URL}" }`, /^openapi\.path: \S+ is not in the repository; copy/],
    "a generated key by URL": [
      `configMapGenerator: [{ name: a, files: ["k=${URL}"] }]`,
      /^configMapGenerator\.0\.files\.0: \S+ is not in the repository; copy/,
    ],
    "a chart": ["helmCharts: [{ name: a }]", /^helmCharts: is a Helm chart; make/],
    "a plugin that is a chart": [
      "generators: ['{ apiVersion: builtin, kind: HelmChartInflationGenerator }']",
      /^generators\.0: is a Helm chart; make/,
    ],
    "a plugin that is a program": [
      "generators: ['{ apiVersion: example.com/v1, kind: Exec }']",
      /^generators\.0: is no plugin that is built into kustomize$/,
    ],
    "a plugin that is a container": [
      "transformers: ['{apiVersion: builtin, kind: A, metadata: {annotations: {config.kubernetes.io/function: x}}}']",
      /^transformers\.0: is no plugin/,
    ],
    "a plugin that reads a URL": [
      `transformers: ['{ apiVersion: builtin, kind: PatchTransformer, path: "${URL}" }']`,
      /^transformers\.0: reads \S+, which is not in the repository; copy/,
    ],
    "a file of plugins with a program": ["validators: [b/a.yaml]", /^validators\.0: b\/a\.yaml is no plugin/],
    "a folder of plugins": ["generators: [b]", /^generators\.0: b is a folder; name/],
    "an alias bomb": [
      `a: &a [${"x,".repeat(50)}]\nb: &b [${"*a,".repeat(50)}]\nc: [${"*b,".repeat(50)}]`,
      /^: expands to more than/,
    ],
    "no map": ["[]", /^: is no kustomization$/],
    "two documents": ["resources: [a.yaml]\n---\nresources: []", /^: a second YAML document begins here$/],
  };
  for (const [what, [text, message]] of Object.entries(refused)) {
    it(`is refused with ${what}`, () => {
      const found = problems(text, { "b/a.yaml": "{ apiVersion: example.com/v1, kind: A }" });
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0]!, message);
    });
  }

  it("is refused with a file outside its folder, which kustomize does not read", () =>
    assert.throws(
      () => folders({ "x/kustomization.yaml": "resources: [../a.yaml]", "a.yaml": "" }, "x"),
      /x\/kustomization\.yaml:1:13: resources\.0: \.\.\/a\.yaml is a file outside the folder/,
    ));
});
