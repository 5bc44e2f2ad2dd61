import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "./command-line";

const ROOT = join(dirname(require.resolve("@cairn/sdk/package.json")), "..");

interface Block {
  readonly language: string;
  readonly body: string;
}

const blocksOf = (page: string): readonly Block[] =>
  [...readFileSync(join(ROOT, "docs", page), "utf8").matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
    ([, language = "", body = ""]) => ({ language, body }),
  );

/** The file that a block is, by the path in its first line. */
const pathOf = ({ body }: Block): string | undefined => /^# (\S+\.yaml)\n/.exec(body)?.[1];

interface Shown {
  readonly command: string;
  readonly output: string;
}

const commandsOf = ({ body }: Block): readonly Shown[] =>
  body
    .split(/^\$ cairn /m)
    .slice(1)
    .map((text) => {
      const [command = "", ...output] = text.split("\n");
      return { command, output: output.join("\n") };
    });

/** Both streams, as a terminal shows them. */
async function printedBy(command: string, cwd: string): Promise<string> {
  let printed = "";
  const stream = { write: (text: string) => ((printed += text), true) };
  const signal = new AbortController().signal;
  await main(command.split(" "), { stdout: stream, stderr: stream, env: {}, cwd, signal });
  return tidy(printed);
}

const tidy = (text: string): string => text.replaceAll(/ +$/gm, "").trimEnd();

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `…` alone stands for any lines, within a line for anything in it. */
function fits(printed: string, shown: string): boolean {
  const lines = tidy(shown)
    .split("\n")
    .map((line) => (line === "…" ? "[^]*?" : line.split("…").map(escaped).join(".*")));
  return new RegExp(`^${lines.join("\n")}$`).test(printed);
}

function write({ body }: Block, path: string, cwd: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), body);
}

async function follow(page: string, cwd: string): Promise<number> {
  let commands = 0;
  for (const block of blocksOf(page)) {
    const path = pathOf(block);
    if (path !== undefined) write(block, path, cwd);
    if (block.language === "yaml") assert.ok(path, `docs/${page}: no path in the first line of\n${block.body}`);
    if (block.language !== "console") continue;
    for (const { command, output } of commandsOf(block)) {
      const printed = await printedBy(command, cwd);
      assert.ok(fits(printed, output), `docs/${page} shows something else for\n$ cairn ${command}\n${printed}`);
      commands++;
    }
  }
  return commands;
}

/** The recipe that the guide adds as an example. */
const GUIDED = blocksOf("recipe-guide.md").filter((block) => pathOf(block) !== undefined);

/** Commands of a page whose output it shows, without those that are cut short. */
const shownOn = (page: string): readonly Shown[] =>
  blocksOf(page)
    .filter(({ language }) => language === "console")
    .flatMap(commandsOf)
    .filter(({ command, output }) => output.trim() !== "" && !command.includes("…"));

describe("a page that shows output", () => {
  it("shows what is printed: docs/cli.md", async () => {
    const shown = shownOn("cli.md");
    assert.ok(shown.length > 1);
    for (const { command, output } of shown) {
      const printed = await printedBy(command, ROOT);
      assert.ok(fits(printed, output), `docs/cli.md shows something else for\n$ cairn ${command}\n${printed}`);
    }
  });
});

describe("a page to follow", function () {
  this.timeout(60_000);
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cairn-docs-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("works as docs/data-extension.md says, from an empty folder", async () => {
    assert.ok((await follow("data-extension.md", directory)) > 10);
  });

  it("works as docs/recipe-guide.md says, in a copy of the built-in catalogue", async () => {
    const merged = join(directory, "merged");
    cpSync(join(ROOT, "recipes"), join(merged, "recipes"), { recursive: true });
    for (const block of GUIDED) write(block, pathOf(block) ?? "", merged);
    // Who follows the guide to the end has its example in the catalogue: the guide begins without.
    const isExample = (path: string): boolean =>
      path.includes("/l40s-eks") || GUIDED.some((block) => path.endsWith(`/${pathOf(block)}`));
    const filter = (path: string): boolean => !isExample(path);
    cpSync(join(merged, "recipes"), join(directory, "recipes"), { recursive: true, filter });
    assert.ok((await follow("recipe-guide.md", directory)) > 5);
  });
});

describe("the README's table of targets", () => {
  it("names the accelerators that have recipes", () => {
    const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");
    // Printed from the catalogue; a test of its own keeps it true.
    const sections = read("docs/coordinates.md").split(/^## /m).slice(1);
    for (const section of sections) {
      const [service = ""] = section.split("\n");
      const covered = [...section.matchAll(/^\| ([a-z][a-z0-9-]*) +\|/gm)].map(([, accelerator]) => accelerator);
      const [, named = ""] = new RegExp(`^\\| \`${service}\\(\\)\` +\\| ([^|]+)\\|`, "m").exec(read("README.md")) ?? [];
      assert.deepEqual(named.trim().split(", "), [...new Set(covered)].sort(), service);
    }
  });
});
