import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { type World } from "./cli";
import { main } from "./command-line";

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cairn(argv: readonly string[], world: Partial<World> = {}): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const exit = await main(argv, {
    stdout: { write: (text) => ((stdout += text), true) },
    stderr: { write: (text) => ((stderr += text), true) },
    env: {},
    cwd: process.cwd(),
    signal: new AbortController().signal,
    ...world,
  });
  return { exit, stdout, stderr };
}

const LOCAL = ["--service", "local", "--accelerator", "h100", "--intent", "training"];

describe("cairn recipe", () => {
  it("shows components in order of deployment and names the next command", async () => {
    const { exit, stdout, stderr } = await cairn(["recipe", ...LOCAL]);
    assert.deepEqual([exit, stderr], [0, ""]);
    assert.match(stdout, /^Recipe for local, h100, training\n/);
    assert.ok(stdout.indexOf("image-admission") < stdout.indexOf("gpu-simulator "));
    assert.match(stdout, /→ next: cairn lock --service local --accelerator h100 --intent training\n$/);
    assert.ok(!stdout.includes("\u001b"));
  });

  it("prints the document that other tools read, the same in JSON and YAML", async () => {
    const json = JSON.parse((await cairn(["recipe", ...LOCAL, "-o", "json"])).stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(json).sort(), [
      "apiVersion",
      "componentRefs",
      "constraints",
      "criteria",
      "deploymentOrder",
      "kind",
      "metadata",
      "validation",
    ]);
    assert.deepEqual(parse((await cairn(["recipe", ...LOCAL, "-o", "yaml"])).stdout), json);
  });

  it("draws the graph, or explains a value, not both", async () => {
    const { stdout } = await cairn(["recipe", ...LOCAL, "--graph", "mermaid"]);
    assert.match(stdout, /^flowchart LR\n[^]*\["gpu-simulator<br\/>0\.3\.0"\]/);
    const json = await cairn(["recipe", ...LOCAL, "--graph", "dot", "-o", "json"]);
    const { levels } = JSON.parse(json.stdout) as { levels: unknown };
    assert.deepEqual(levels, [["image-admission"], ["gpu-simulator", "metrics"], ["training-queue"]]);
    const both = await cairn(["recipe", ...LOCAL, "--graph", "dot", "--explain", "metrics"]);
    assert.equal(both.exit, 2);
  });

  it("prints the graph as a drawing or a page", async () => {
    assert.match((await cairn(["recipe", ...LOCAL, "--graph", "svg"])).stdout, /^<svg [^]*>metrics<[^]*<\/svg>\n$/);
    assert.match((await cairn(["recipe", ...LOCAL, "--graph", "html"])).stdout, /^<!doctype html>\n[^]*<\/html>\n$/);
  });

  it("prints the drawing that the documentation shows", async () => {
    const { stdout } = await cairn(["recipe", ...LOCAL, "--graph", "svg"]);
    const shown = readFileSync(
      join(dirname(require.resolve("@cairn/sdk/package.json")), "../docs/recipe-graph.svg"),
      "utf8",
    );
    const command = `npx cairn recipe ${LOCAL.join(" ")} --graph svg > docs/recipe-graph.svg`;
    assert.ok(shown === stdout, `docs/recipe-graph.svg is another drawing; if this one is right, run\n  ${command}`);
  });

  it("explains a value: who set it, and what it was before", async () => {
    const { stdout } = await cairn(["recipe", ...LOCAL, "--explain", "gpu-simulator.device.model"]);
    assert.match(
      stdout,
      /^componentRefs\.gpu-simulator\.values\.device\.model = "h100" {2}recipes\/overlays\/\S+:\d+ {2}\w+/,
    );
  });

  it("fails on an unknown value with what is known, for people and for machines", async () => {
    const { exit, stdout, stderr } = await cairn(["recipe", "--service", "locl", "-o", "json"]);
    assert.equal(exit, 2);
    assert.match(stderr, /^cairn: .*\n {2}service: unknown value "locl".*did you mean "local"/);
    const { error } = JSON.parse(stdout) as { error: { kind: string; findings: unknown[] } };
    assert.deepEqual([error.kind, error.findings.length], ["invalid", 1]);
  });
});

describe("what cairn loads", () => {
  const sdk = dirname(require.resolve("@cairn/sdk/package.json"));
  const quick = ["cli/start", "errors", "cli/cairn"];

  /** Modules of a run, below `dist`. */
  function loadedBy(...argv: readonly string[]): readonly string[] {
    const directory = mkdtempSync(join(tmpdir(), "cairn-loads-"));
    const preload = join(directory, "preload.cjs");
    const list = `process.on("exit", () => console.log("\\n" + Object.keys(require.cache).join(" ")));`;
    writeFileSync(preload, list);
    try {
      const args = ["-r", preload, join(sdk, "bin/cairn.js"), ...argv];
      const loaded = execFileSync(process.execPath, args, { encoding: "utf8" }).trimEnd().split("\n").at(-1) ?? "";
      return loaded
        .split(" ")
        .filter((file) => file !== preload)
        .map((file) => relative(sdk, file));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  it("is one file beside the launcher, and no package, as long as nothing has to be parsed", () => {
    assert.deepEqual(loadedBy("recipe", ...LOCAL), ["bin/cairn.js", ...quick.map((file) => `dist/${file}.js`)]);
  });

  it("is the drawing besides, only when one is asked for", () => {
    const plain = loadedBy("recipe", ...LOCAL);
    const more = loadedBy("recipe", ...LOCAL, "--graph", "svg").filter((file) => !plain.includes(file));
    assert.ok(more.includes("dist/recipe/graph-drawing.js"));
    assert.deepEqual(
      more.filter((file) => !/^dist\/recipe\/(graph-[a-z]+|path|types)\.js$/.test(file)),
      [],
    );
  });
});

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
  });
});

describe("cairn query", () => {
  const answer = async (...argv: readonly string[]): Promise<string> =>
    (await cairn(["query", ...argv, ...LOCAL])).stdout;

  it("prints one value as scripts want it", async () => {
    assert.equal(await answer("metrics.version"), "0.2.1\n");
    assert.equal(await answer("metrics.version", "-o", "json"), '"0.2.1"\n');
    assert.equal(await answer("gpu-simulator.device.perNode"), "8\n");
    assert.equal(await answer("deploymentOrder[0]"), "image-admission\n");
    assert.equal(await answer("metrics.config"), "scrapeInterval: 10s\nremoteWrite: null\n");
  });

  it("says what is there instead, with exit code 2", async () => {
    const { exit, stdout, stderr } = await cairn(["query", "metrics.verison", ...LOCAL]);
    assert.deepEqual([exit, stdout], [2, ""]);
    assert.match(stderr, /has nothing at "verison"/);
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
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "cairn-lint-"));
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
    const argv = ["lint", "--data", "data", "--rule", "pinned-version=warning", "--rule", "reason=off", "-o", "json"];
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
    const { exit, stdout } = await cairn(["lint", "--data", data], { cwd: directory });
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

describe("cairn's command line", () => {
  it("answers a mistake with the nearest word and exit code 2, without a stack", async () => {
    for (const argv of [
      ["recip"],
      ["recipe", "--servise", "x"],
      ["up", "--parallel", "0"],
      ["recipe", "-o", "xml"],
      ["doctor", "x"],
    ]) {
      const { exit, stdout, stderr } = await cairn(argv);
      assert.deepEqual([exit, stdout], [2, ""], argv.join(" "));
      assert.match(stderr, /^error: /);
      assert.match(stderr, /--help/);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
    assert.match((await cairn(["recip"])).stderr, /Did you mean recipe/);
  });

  it("prints help and version on stdout with exit code 0", async () => {
    for (const argv of [["--help"], ["help", "lock"], ["lock", "--help"], ["--version"]]) {
      const { exit, stdout, stderr } = await cairn(argv);
      assert.deepEqual([exit, stderr], [0, ""], argv.join(" "));
      assert.ok(stdout.length > 0);
    }
  });

  it("uses colour on a terminal only, and not under NO_COLOR", async () => {
    const argv = ["recipe", ...LOCAL];
    const onTerminal = async (env: Record<string, string>): Promise<boolean> => {
      let text = "";
      await cairn(argv, { env, stdout: { isTTY: true, write: (part) => ((text += part), true) } });
      return text.includes("\u001b[");
    };
    assert.equal(await onTerminal({}), true);
    assert.equal(await onTerminal({ NO_COLOR: "1" }), false);
    assert.equal(await onTerminal({ TERM: "dumb" }), false);
  });

  it("shows a stack only when CAIRN_DEBUG asks for it", async () => {
    const { stderr } = await cairn(["recipe", "--service", "locl"], { env: { CAIRN_DEBUG: "1" } });
    assert.match(stderr, /\n {4}at /);
  });
});

describe("commands that need something first", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "cairn-cli-"));
    writeFileSync(join(directory, "empty.pem"), "");
    writeFileSync(join(directory, "bad.json"), "[]");
  });
  after(() => rmSync(directory, { recursive: true }));

  const cases: readonly { readonly argv: readonly string[]; readonly exit: number; readonly says: RegExp }[] = [
    { argv: ["lock", "--check"], exit: 2, says: /there is no lock at cairn\.lock\.yaml\n→ run `cairn lock`/ },
    { argv: ["lock", "--fetch"], exit: 2, says: /there is no lock/ },
    { argv: ["lock", ...LOCAL, "--key", "none.pem"], exit: 2, says: /cannot read none\.pem/ },
    { argv: ["lock", ...LOCAL, "--key", "empty.pem"], exit: 2, says: /empty\.pem is not a public key/ },
    { argv: ["lock", "--check", "--update"], exit: 2, says: /cannot be used with/ },
    { argv: ["up"], exit: 2, says: /there is nobody to ask\n→ .*cairn preview.*cairn up --yes/ },
    { argv: ["destroy"], exit: 2, says: /cairn destroy --yes/ },
    { argv: ["preview", "--policy-pack", "nowhere"], exit: 2, says: /nowhere is not a policy pack/ },
    { argv: ["validate", "--kubeconfig", "none"], exit: 2, says: /cannot read .*none/ },
    { argv: ["snapshot"], exit: 2, says: /name a kubeconfig with --kubeconfig/ },
  ];
  for (const { argv, exit, says } of cases)
    it(`cairn ${argv.join(" ")} says what is missing`, async () => {
      const ran = await cairn(argv, { cwd: directory, env: { HOME: directory } });
      assert.match(ran.stderr, says);
      assert.deepEqual([ran.exit, ran.stdout], [exit, ""]);
    });
});

describe("cairn doctor", () => {
  it("names what is missing and how to get it, with exit code 1", async () => {
    const empty = mkdtempSync(join(tmpdir(), "cairn-doctor-"));
    try {
      const { exit, stdout } = await cairn(["doctor"], { env: { PATH: empty, CAIRN_CACHE: empty }, cwd: empty });
      assert.equal(exit, 1);
      assert.match(stdout, /✓ {2}node {2,}runs Cairn and your programs {2,}\d+\.\d+\.\d+ /);
      assert.match(stdout, /✗ {2}helm {2,}renders charts {2,}not found, wanted helm ≥3\.16\.0 <4\.0\.0\n/);
      assert.match(stdout, /! {2}kwok {2,}local clusters {2,}not found/);
      assert.match(stdout, /\n→ put what is missing on PATH in a fitting version, or run `make setup`[^\n]*\n$/);
      const json = JSON.parse(
        (await cairn(["doctor", "-o", "json"], { env: { PATH: empty, CAIRN_CACHE: empty }, cwd: empty })).stdout,
      ) as {
        healthy: boolean;
        checks: { name: string; state: string }[];
      };
      assert.equal(json.healthy, false);
      assert.equal(json.checks.find(({ name }) => name === "helm")?.state, "missing");
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});
