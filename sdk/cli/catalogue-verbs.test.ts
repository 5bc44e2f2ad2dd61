import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { layOut, overlay, registry } from "../recipe/support.test";
import { cairn, LOCAL } from "./support.test";

describe("what is decided beside the criteria", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "cairn-choices-"));
  });
  after(() => rmSync(directory, { recursive: true }));
  const metrics = async (...argv: readonly string[]): Promise<unknown> => {
    const { stdout } = await cairn(["query", "metrics.values", ...LOCAL, "-o", "json", ...argv], { cwd: directory });
    return JSON.parse(stdout);
  };

  it("takes values as scalars, as JSON and from files", async () => {
    writeFileSync(join(directory, "ca.pem"), "a certificate\n");
    const argv = ["--set", "metrics:replicas=5", "--set-json", "metrics:config={}", "--set-file", "metrics:ca=ca.pem"];
    const { replicas, config, ca } = (await metrics(...argv)) as Record<string, unknown>;
    assert.deepEqual([replicas, config, ca], [5, {}, "a certificate\n"]);
    const missing = await cairn(["recipe", ...LOCAL, "--set-file", "metrics:ca=none.pem"], { cwd: directory });
    assert.match(missing.stderr, /cannot read none\.pem/);
  });

  it("tells the command that locks the same", async () => {
    const argv = ["--region", "x", "--set", "metrics:note=it's two words", "--nodes", "4"];
    const { stdout } = await cairn(["recipe", ...LOCAL, ...argv]);
    const criteria = "--service local --accelerator h100 --intent training --nodes 4";
    assert.ok(
      stdout.endsWith(`→ next: cairn lock ${criteria} --region x --set 'metrics:note=it'\\''s two words'\n`),
      stdout,
    );
  });

  it("takes criteria that are not stated from a snapshot, and says what it leaves open", async () => {
    const node = { nodes: 4, service: "local", accelerator: "h100", gpus: 8, os: { id: "debian" } };
    const snapshot = { kind: "Snapshot", kubernetes: { version: "1.36.1" }, nodes: [node] };
    writeFileSync(join(directory, "snapshot.json"), JSON.stringify(snapshot));
    const argv = ["--snapshot", "snapshot.json", "--intent", "training", "-o", "json"];
    const { exit, stdout, stderr } = await cairn(["query", "criteria", ...argv], { cwd: directory });
    assert.equal(exit, 0);
    assert.match(stderr, /the cluster has os "debian", which no recipe covers here; left open/);
    const { service, accelerator, os, nodes } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([service, accelerator, os, nodes], ["local", "h100", "any", 4]);
    writeFileSync(join(directory, "snapshot.json"), "{}");
    const bad = await cairn(["recipe", ...argv], { cwd: directory });
    assert.deepEqual([bad.exit, /SNAPSHOT_INVALID/.test(bad.stdout)], [2, true]);
  });

  it("with --criteria-strict takes only what the built-in catalogue knows", async () => {
    mkdirSync(join(directory, "data/overlays"), { recursive: true });
    const criteria = "criteria: { service: local, platform: mine }";
    const overlay = `kind: RecipeMetadata\nmetadata: { name: mine-local }\nspec: { base: local, ${criteria} }\n`;
    writeFileSync(join(directory, "data/overlays/mine-local.yaml"), overlay);
    const argv = ["recipe", "--service", "local", "--platform", "mine", "--data", "data"];
    assert.equal((await cairn(argv, { cwd: directory })).exit, 0);
    const strict = await cairn([...argv, "--criteria-strict"], { cwd: directory });
    assert.deepEqual([strict.exit, /platform: unknown value "mine"/.test(strict.stderr)], [2, true]);
    const under = async (CAIRN_CRITERIA_STRICT: string) =>
      (await cairn(argv, { cwd: directory, env: { CAIRN_CRITERIA_STRICT } })).exit;
    assert.deepEqual([await under("1"), await under("0"), await under("")], [2, 0, 0]);
  });

  it("tells programs what is not covered, and what would be", async () => {
    const { exit, stdout } = await cairn(["recipe", "--service", "aks", "--accelerator", "b200", "-o", "json"]);
    const { error } = JSON.parse(stdout) as { error: { uncovered: readonly { dimension: string }[] } };
    assert.deepEqual([exit, error.uncovered.map(({ dimension }) => dimension)], [2, ["accelerator"]]);
  });

  it("refuses a folder that is no catalogue", async () => {
    mkdirSync(join(directory, "nothing"));
    const { exit, stderr } = await cairn(["recipe", "--catalog", "nothing"], { cwd: directory });
    assert.deepEqual(
      [exit, /nothing: is no catalogue: it has none of registry\.yaml, .*overlays/.test(stderr)],
      [2, true],
    );
  });
});

describe("cairn types", () => {
  it("prints what the built-in catalogue covers, as a module or as products", async () => {
    const { exit, stdout, stderr } = await cairn(["types"]);
    assert.deepEqual([exit, stderr], [0, ""]);
    assert.match(
      stdout,
      /^\/\/ .*Made by `cairn types`.*\n\nexport type CoveredCriteria = Readonly<\n {2}\| \{ .*service: "local"; /s,
    );
    assert.ok(!stdout.includes("declare module"));
    const products = JSON.parse((await cairn(["types", "-o", "json"])).stdout) as Record<string, readonly string[]>[];
    assert.ok(products.some(({ service, accelerator }) => service?.includes("local") && accelerator?.includes("h100")));
  });

  it("adds folders, says how to make the module again, and makes it count where it is included", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "cairn-types-"));
    try {
      const overlay = "metadata: { name: o }\nspec: { criteria: { service: our-cloud, platform: our-platform } }\n";
      mkdirSync(join(cwd, "my data/overlays"), { recursive: true });
      writeFileSync(join(cwd, "my data/overlays/o.yaml"), `apiVersion: cairn.dev/v1\nkind: RecipeMetadata\n${overlay}`);
      const { stdout } = await cairn(["types", "--data", "my data"], { cwd });
      assert.match(stdout, /^\/\/ .*Made by `cairn types --data 'my data'`; do not edit\.\n/);
      assert.match(stdout, /\| \{ service: "our-cloud"; .*platform: "our-platform" \}\n/);
      assert.match(stdout, /service: "local"/);
      assert.match(stdout, /declare module "@cairn\/sdk\/recipe" \{/);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

describe("cairn diff", () => {
  const LEAF = "service=local,accelerator=h100,intent=training";

  it("shows what changes between two criteria, and between a file and criteria", async () => {
    const { exit, stdout } = await cairn(["diff", LEAF, "service=local"]);
    assert.equal(exit, 0);
    assert.match(stdout, /^- {2}components\.training-queue /m);
    assert.match(stdout, /^~ {2}components\.gpu-simulator\.values\.device\.perNode +8 → 4$/m);
    assert.match(stdout, /\d+ differences\n$/);
    const directory = mkdtempSync(join(tmpdir(), "cairn-diff-"));
    try {
      writeFileSync(join(directory, "r.json"), (await cairn(["recipe", ...LOCAL, "-o", "json"])).stdout);
      const same = await cairn(["diff", "r.json", LEAF, "--exit-code"], { cwd: directory });
      assert.deepEqual([same.exit, same.stdout], [0, "no difference\n"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("compares two catalogues by the recipes that each of them wrote", async () => {
    const criteria = ["--service", "ours", "-o", "json"];
    const replicas = (count: number) =>
      overlay(
        "ours",
        `criteria: { service: ours }\n  componentRefs: [{ name: metrics, overrides: { replicas: ${count} } }]`,
      );
    const common = { ...registry("metrics"), ...overlay("base", "{}") };
    const { root, directories } = layOut([
      { ...common, ...replicas(1) },
      { ...common, ...replicas(2) },
    ]);
    try {
      for (const [i, catalog] of directories.entries()) {
        const { stdout } = await cairn(["recipe", "--catalog", catalog, ...criteria]);
        writeFileSync(join(root, `${i}.json`), stdout);
      }
      const { exit, stdout } = await cairn(["diff", "0.json", "1.json", "--exit-code"], { cwd: root });
      assert.equal(exit, 1);
      assert.match(stdout, /^~ {2}components\.metrics\.values\.replicas +1 → 2\n\n1 difference\n$/);
      const same = await cairn(["diff", "0.json", "0.json", "--exit-code"], { cwd: root });
      assert.deepEqual([same.exit, same.stdout], [0, "no difference\n"]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("tells scripts by its exit code, when asked to", async () => {
    assert.equal((await cairn(["diff", LEAF, "service=local", "--exit-code"])).exit, 1);
    const json = await cairn(["diff", LEAF, "service=local,intent=training", "-o", "json"]);
    const paths = (JSON.parse(json.stdout) as { path: string }[]).map(({ path }) => path);
    assert.ok(paths.includes("criteria.accelerator"));
  });

  it("says what a side may be", async () => {
    assert.match((await cairn(["diff", "nowhere.json", LEAF])).stderr, /cannot read .*nowhere\.json[^]*→ name a file/);
    assert.match((await cairn(["diff", "service=local=x", LEAF])).stderr, /neither a file nor criteria/);
    assert.match((await cairn(["diff", "service=locl", LEAF])).stderr, /did you mean "local"/);
  });
});

describe("cairn lint", () => {
  let directory: string;
  /** On the built-in catalogue each run would compose all of its recipes again. */
  const onSmall = ["lint", "--catalog", "0"];
  before(() => {
    directory = layOut([registry("metrics")]).root;
    mkdirSync(join(directory, "data/overlays"), { recursive: true });
    const overlay =
      "kind: RecipeMetadata\nmetadata: { name: h100-ours }\nspec:\n  criteria: { service: ours, accelerator: h100 }\n" +
      "  componentRefs:\n    - name: metrics\n      version: latest\n      overrides: { replicas: 5 }\n";
    writeFileSync(join(directory, "data/overlays/h100-ours.yaml"), overlay);
  });
  after(() => rmSync(directory, { recursive: true }));

  it("has nothing to say about the built-in catalogue", async () => {
    const { exit, stdout, stderr } = await cairn(["lint"]);
    assert.match(stdout, /^0 errors, 0 warnings; \d+ recipes composed\n$/);
    assert.deepEqual([exit, stderr], [0, ""]);
  });

  it("tells each finding with its place, its rule and what to do, and exits with 1 when there is an error", async () => {
    const { exit, stdout } = await cairn(["lint", "--data", "data"], { cwd: directory });
    assert.match(
      stdout,
      new RegExp(
        [
          /^data\/overlays\/h100-ours\.yaml:7:7 error spec\.componentRefs\.0\.version: "latest" is not one version \[pinned-version\]\n {2}→ write all three parts.*\n/,
          /data\/overlays\/h100-ours\.yaml:8:20 warning spec\.componentRefs\.0\.overrides\.replicas: nobody says why metrics sets replicas \[reason\]\n {2}→ .*\n/,
          /1 error, 1 warning; \d+ recipes composed\n$/,
        ]
          .map(({ source }) => source)
          .join(""),
      ),
    );
    assert.equal(exit, 1);
  });

  it("takes rules as warnings or not at all, and gives machines the same", async () => {
    const argv = [
      ...onSmall,
      "--data",
      "data",
      "--rule",
      "pinned-version=warning",
      "--rule",
      "reason=off",
      "-o",
      "json",
    ];
    const { exit, stdout } = await cairn(argv, { cwd: directory });
    const { findings, summary } = JSON.parse(stdout) as { findings: object[]; summary: Record<string, number> };
    const [{ file, ...found } = { file: "" }] = findings as { file: string }[];
    assert.equal(file, join(directory, "data/overlays/h100-ours.yaml"));
    assert.deepEqual(found, {
      line: 7,
      column: 7,
      path: "spec.componentRefs.0.version",
      message: '"latest" is not one version',
      hint: "write all three parts, as in 1.2.3",
      rule: "pinned-version",
      severity: "warning",
    });
    assert.deepEqual([exit, findings.length, summary["errors"], summary["warnings"]], [0, 1, 0, 1]);
  });

  it("reads readiness gates as the stack does", async () => {
    const gate =
      'apiVersion: cairn.dev/v1\nkind: ReadinessGate\nspec:\n  steps:\n    - assert: { apiVersion: v1, kind: Pod, "(a[)": 1 }\n';
    const [data, component] = [join(directory, "gates"), join(directory, "gates/components/metrics")];
    mkdirSync(component, { recursive: true });
    writeFileSync(join(component, "readiness.yaml"), gate);
    const { exit, stdout } = await cairn([...onSmall, "--data", data], { cwd: directory });
    assert.match(stdout, /^gates\/components\/metrics\/readiness\.yaml:5:\d+ error .* \[readiness-gate\]\n {2}→ /);
    assert.match(stdout, /not a JMESPath expression/);
    assert.equal(exit, 1);
  });

  it("has what loading refuses as its findings", async () => {
    const { exit, stdout, stderr } = await cairn(["lint", "--catalog", "nowhere"], { cwd: directory });
    assert.match(stdout, /^nowhere error cannot be read: .* \[loads\]\n1 error, 0 warnings; 0 recipes composed\n$/);
    assert.deepEqual([exit, stderr], [1, ""]);
  });

  it("refuses a rule or a severity that does not exist", async () => {
    const rule = await cairn(["lint", "--rule", "reasons=off"]);
    assert.deepEqual([rule.exit, rule.stdout], [2, ""]);
    assert.match(rule.stderr, /there is no rule "reasons" \(did you mean "reason"\?\)/);
    const severity = await cairn(["lint", "--rule", "reason=never"]);
    assert.deepEqual([severity.exit, severity.stdout], [2, ""]);
    assert.match(severity.stderr, /Write name=error, name=warning or name=off/);
  });
});
