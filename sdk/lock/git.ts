import { execFile as execFileWithCallback } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { CairnError, messageOf } from "../errors";

const execFile = promisify(execFileWithCallback);

/** How git may reach a repository. */
export type GitProtocol = "https" | "ssh" | "file";

export interface GitOptions {
  readonly protocols: readonly GitProtocol[];
  readonly signal?: AbortSignal | undefined;
}

/** A file of a commit; a link or a submodule stands here too, with its own mode. */
export interface GitEntry {
  readonly path: string;
  readonly isFile: boolean;
  /** Of the content. */
  readonly object: string;
  /** In bytes. */
  readonly size: number;
}

/** One commit. */
export interface GitTree {
  readonly entries: readonly GitEntry[];
  /** The bytes as they were committed: no attribute, filter or line ending changes them. By path. */
  read(entries: readonly GitEntry[]): Promise<ReadonlyMap<string, Buffer>>;
}

const TIMEOUT_MS = 300_000;
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * The commit that a tag names now.
 *
 * @returns `undefined` when there is no such tag
 * @throws CairnError `GIT_FAILED` with git's own message
 */
export async function commitOfTag(source: string, tag: string, options: GitOptions): Promise<string | undefined> {
  const ref = `refs/tags/${tag}`;
  const listed = await git(["ls-remote", "--", source, ref, `${ref}^{}`], options);
  const refs = new Map(
    lines(listed.toString("utf8"), "\n").map((line) => line.split("\t").reverse() as [string, string]),
  );
  return refs.get(`${ref}^{}`) ?? refs.get(ref); // an annotated tag is an object of its own
}

/**
 * Fetches one commit, without history, tags or submodules, into a folder that is gone afterwards. Nothing is checked out.
 *
 * @throws CairnError `GIT_FAILED`
 */
export async function withCommit<T>(
  source: string,
  commit: string,
  options: GitOptions,
  use: (tree: GitTree) => Promise<T>,
): Promise<T> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "cairn-git-"));
  const inFolder = (args: readonly string[], input?: string): Promise<Buffer> =>
    git(["--git-dir", folder, ...args], options, input);
  try {
    await git(["init", "--quiet", "--bare", "--template=", folder], options);
    await inFolder(["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", source, commit]);
    const listed = await inFolder(["ls-tree", "-r", "-z", "--long", "--full-tree", commit]);
    return await use({
      entries: lines(listed.toString("utf8"), "\0").map(entry),
      read: async (entries) => {
        const input = entries.map(({ object }) => `${object}\n`).join("");
        return contents(entries, await inFolder(["cat-file", "--batch"], input));
      },
    });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** `100644 blob <object>    <size>\t<path>` */
function entry(line: string): GitEntry {
  const tab = line.indexOf("\t");
  const [mode = "", , object = "", size] = line.slice(0, tab).split(/ +/);
  return { path: line.slice(tab + 1), isFile: mode.startsWith("100"), object, size: Number(size) || 0 };
}

/** Of each object a line, `<object> blob <size>`, then its bytes and a line feed. */
function contents(entries: readonly GitEntry[], output: Buffer): ReadonlyMap<string, Buffer> {
  let at = 0;
  return new Map(
    entries.map(({ path: name, size }) => {
      const start = output.indexOf("\n", at) + 1;
      at = start + size + 1;
      return [name, output.subarray(start, start + size)];
    }),
  );
}

const lines = (text: string, end: string): readonly string[] => text.split(end).filter((line) => line !== "");

async function git(args: readonly string[], { protocols, signal }: GitOptions, input = ""): Promise<Buffer> {
  const settings = ["-c", "core.hooksPath=/dev/null", "-c", "core.askPass="];
  const running = execFile("git", [...settings, ...args], {
    encoding: "buffer",
    env: environment(protocols),
    maxBuffer: MAX_OUTPUT,
    timeout: TIMEOUT_MS,
    ...(signal && { signal }),
  });
  running.child.stdin?.on("error", () => undefined).end(input); // why git closed it is in its own message
  try {
    return (await running).stdout;
  } catch (cause) {
    signal?.throwIfAborted();
    const { stderr } = cause as { readonly stderr?: Buffer };
    throw new CairnError("GIT_FAILED", `git ${args.find((arg) => VERBS.has(arg))} failed`, {
      findings: [{ message: stderr?.toString("utf8").trim() || messageOf(cause) }],
      kind: "could-not-check",
    });
  }
}

const VERBS: ReadonlySet<string> = new Set(["ls-remote", "init", "fetch", "ls-tree", "cat-file"]);

/** A person's own settings and keys count, a repository around the working directory does not. Nobody is asked for a password. */
function environment(protocols: readonly GitProtocol[]): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^GIT_/.test(name) || /^GIT_(CONFIG|SSH|SSL)/.test(name),
  );
  return {
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
    ...Object.fromEntries(kept),
    GIT_ALLOW_PROTOCOL: protocols.join(":"),
    GIT_TERMINAL_PROMPT: "0",
    GCM_INTERACTIVE: "never",
    LC_ALL: "C",
  };
}
