import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { cairn, LOCAL } from "./support.test";

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
