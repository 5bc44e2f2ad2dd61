import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CairnError } from "../errors";
import { findTool, nodeBinary, nodeFits, toolStatus, TOOLS } from ".";
import { versionFits } from "./version";

describe("tools", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-tools-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const onPath = (...folders: string[]) => ({
    env: {
      PATH: folders.map((name) => path.join(folder, name)).join(path.delimiter),
      CAIRN_CACHE: path.join(folder, "cache"),
    },
  });
  const program = (file: string, body: string) => {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return target;
  };

  it("takes the first program on PATH whose version fits", () => {
    program("old/helm", "echo v3.9.4+gdbc6d8e");
    const fitting = program("new/helm", "echo v3.17.0+g301108e");
    assert.equal(findTool("helm", onPath("old", "new")), fitting);
  });

  it("falls back to the cache when PATH has no fitting version", () => {
    program("old/etcd", "echo etcd Version: 3.5.21");
    const cached = program(`cache/tools/etcd/${TOOLS.etcd.version}/bin/etcd`, "exit 1");
    assert.deepEqual(toolStatus("etcd", onPath("old")), {
      name: "etcd",
      wanted: "etcd ≥3.6.0 <3.7.0",
      found: true,
      path: cached,
      version: TOOLS.etcd.version,
      source: "cache",
    });
  });

  it("says what was found instead, and the command that mends it", () => {
    const old = program("old/helm", "echo v4.0.1+g1234567");
    const silent = program("silent/helm", "exit 3");
    assert.throws(
      () => findTool("helm", onPath("old", "silent")),
      (error: unknown) => {
        assert.ok(error instanceof CairnError);
        assert.equal(error.code, "TOOL_MISSING");
        assert.match(error.message, /helm ≥3\.16\.0 <4\.0\.0 is neither on PATH nor in Cairn's cache/);
        assert.ok(error.message.includes(`${old}: this is version 4.0.1+g1234567`));
        assert.ok(error.message.includes(`${silent}: it does not report its version`));
        assert.match(error.message, /make setup/);
        return true;
      },
    );
  });

  it("asks again when the program was replaced", () => {
    const file = program("bin/cosign", "echo 'GitVersion:    v2.6.0'");
    assert.equal(toolStatus("cosign", onPath("bin")).found, false);
    fs.writeFileSync(file, "#!/bin/sh\necho 'GitVersion:    v3.1.2 '\n");
    assert.equal(findTool("cosign", onPath("bin")), file);
  });

  it("asks a program for its version once", () => {
    const calls = path.join(folder, "calls");
    program("bin/kwok", `echo called >> ${calls}; echo kwok version v0.8.0 go1.26.8`);
    findTool("kwok", onPath("bin"));
    findTool("kwok", onPath("bin"));
    assert.equal(fs.readFileSync(calls, "utf8"), "called\n");
  });

  it("survives a damaged cache of versions", () => {
    const file = program("bin/registry", "echo registry github.com/distribution/distribution/v3 v3.1.1+unknown");
    fs.mkdirSync(path.join(folder, "cache"));
    fs.writeFileSync(path.join(folder, "cache", "tool-versions.json"), '{"');
    assert.equal(findTool("registry", onPath("bin")), file);
  });

  it("ignores folders, files that cannot be run and relative PATH entries", () => {
    fs.mkdirSync(path.join(folder, "bin", "helm"), { recursive: true });
    fs.mkdirSync(path.join(folder, "plain"));
    fs.writeFileSync(path.join(folder, "plain", "helm"), "v3.17.0");
    const { env } = onPath("bin", "plain");
    assert.equal(toolStatus("helm", { env: { ...env, PATH: `${env.PATH}${path.delimiter}.` } }).found, false);
  });

  it("compares versions by number", () => {
    const range = { from: "3.9.0", below: "3.11.0" };
    assert.deepEqual(
      ["3.9", "3.10.0-rc.1", "3.10.12+g1", "3.8.99", "3.11.0", "devel", ""].map((version) =>
        versionFits(version, range),
      ),
      [true, true, true, false, false, false, false],
    );
  });

  it("knows which Node can run Cairn", () => {
    const versions = ["20.20.2", "22.22.1", "22.22.2", "23.11.0", "24.14.9", "24.15.0", "25.1.0", "26.0.0", "27.1.0"];
    assert.deepEqual(versions.filter(nodeFits), ["22.22.2", "24.15.0", "26.0.0", "27.1.0"]);
  });

  it("runs with the Node that runs the tests", () => {
    assert.equal(nodeBinary(), process.execPath);
  });
});
