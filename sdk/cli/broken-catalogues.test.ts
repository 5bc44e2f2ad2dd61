import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { COMPOSITION } from "../recipe/broken/composition.test";
import { type Broken, SOUND } from "../recipe/broken/corpus.test";
import { REFERENCES } from "../recipe/broken/references.test";
import { SCHEMA } from "../recipe/broken/schema.test";
import { SOUND_RECIPE, STORED } from "../recipe/broken/stored.test";
import { SYNTAX } from "../recipe/broken/syntax.test";
import { TYPES } from "../recipe/broken/types.test";
import { type Files, layOut, overlay } from "../recipe/support.test";
import { main } from "./command-line";

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  /** Without the first line, which only names the kind of mistake. */
  readonly findings: readonly string[];
}

async function cairn(cwd: string, ...argv: readonly string[]): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const exit = await main(argv, {
    stdout: { write: (text) => ((stdout += text), true) },
    stderr: { write: (text) => ((stderr += text), true) },
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  const lines = stderr.trimEnd().split("\n").slice(1);
  return { exit, stdout, findings: lines.filter((line) => !line.startsWith("→ ")) };
}

/** Runs with the folder that the files' folder, `0`, stands in, and removes it. */
async function inFolder(
  files: Files,
  use: (folder: string) => Promise<Ran>,
  prepare?: Broken["prepare"],
): Promise<Ran> {
  const { root, directories } = layOut([files]);
  try {
    prepare?.(directories[0] ?? "");
    return await use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const recipe = (broken: Broken, ...options: readonly string[]): Promise<Ran> =>
  inFolder(
    { ...SOUND, ...broken.files },
    (folder) => cairn(folder, "recipe", "--catalog", "0", ...options, ...stated(broken)),
    broken.prepare,
  );

const stated = ({ criteria = {} }: Broken): readonly string[] =>
  Object.entries(criteria).map(([name, value]) => `--${name}=${value}`);

/** What is large tells nothing new here. */
const isSmall = ({ files }: Broken): boolean => Object.values(files).every(({ length }) => length < 10_000);

describe("cairn recipe on a broken catalogue", () => {
  for (const broken of [...SYNTAX.filter(isSmall), ...TYPES, ...SCHEMA, ...REFERENCES, ...COMPOSITION]) {
    it(`tells of ${broken.what} on stderr, and nothing else`, async () => {
      const { exit, stdout, findings } = await recipe(broken);
      assert.deepEqual([exit, stdout], [2, ""]);
      assert.deepEqual(
        findings,
        broken.findings.map((finding) => `  ${finding}`),
      );
    });
  }

  it("writes out control characters, which could hide what it says", async () => {
    const { findings } = await recipe({ what: "", files: overlay("x", '"\\ec": 1'), findings: [] });
    assert.deepEqual(findings, ["  0/overlays/x.yaml:5:3: spec.\\u{1b}c: unknown field"]);
  });

  it("gives machines the code and the place of each finding", async () => {
    for (const broken of [...TYPES, ...SCHEMA, ...REFERENCES, ...COMPOSITION]) {
      const { exit, stdout } = await recipe(broken, "-o", "json");
      const { error } = JSON.parse(stdout) as { error: { code: string; findings: readonly { line?: number }[] } };
      assert.deepEqual(
        [exit, error.code, error.findings.length],
        [2, broken.code ?? "CATALOG_INVALID", broken.findings.length],
      );
    }
  });
});

describe("cairn diff on a broken stored recipe", () => {
  for (const { what, text, findings } of STORED) {
    it(`tells of ${what} on stderr, and nothing else`, async () => {
      const ran = await inFolder({ "sound.yaml": SOUND_RECIPE, "r.yaml": text }, (folder) =>
        cairn(join(folder, "0"), "diff", "sound.yaml", "r.yaml"),
      );
      assert.deepEqual(ran, { exit: 2, stdout: "", findings: findings.map((finding) => `  ${finding}`) });
    });
  }

  it("takes no criterion twice", async () => {
    const { exit, stdout } = await cairn(process.cwd(), "diff", "service=local,service=eks", "service=local");
    assert.deepEqual([exit, stdout], [2, ""]);
  });
});
