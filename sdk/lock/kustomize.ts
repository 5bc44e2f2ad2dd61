import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CairnError, type Finding } from "../errors";
import { packTar, pathProblem, unpackTar } from "../oci";
import { type ComponentRef, type Recipe } from "../recipe";
import { findTool, toolStatus } from "../tools";
import { ContentStore } from "./content-store";
import { commitOfTag, type GitEntry, type GitProtocol, type GitTree, withCommit } from "./git";
import { isBelow, kustomizationFolders } from "./kustomization";
import { type Lock, type LockedKustomization } from "./types";

export interface KustomizationSources {
  readonly cacheDir: string;
  /** How repositories may be reached. @default https and ssh */
  readonly gitProtocols?: readonly GitProtocol[];
  readonly signal?: AbortSignal;
}

/** What a recipe says about a kustomization. */
interface WantedKustomization {
  readonly component: string;
  readonly source: string;
  readonly path: string;
  readonly tag: string;
}

/** The `kubectl` program that renders. */
export interface Kubectl {
  readonly path: string;
  /** `1.36.1` */
  readonly version: string;
}

/** Of the files that are kept, together: far more than any kustomization has. */
const MAX_ARCHIVE = 64 * 1024 * 1024;
const MAX_FILES = 10_000;
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 256 * 1024 * 1024;

const COMMIT = /^[0-9a-f]{40}$/;
/** What git allows in the name of a tag, without the patterns that `git ls-remote` knows. */
const TAG = /^(?!-)(?!.*\.\.)[^\s~^:?*[\]\\]+$/;

/** Values that switch a component on and off; they reach no chart either. */
const SWITCHES: ReadonlySet<string> = new Set(["enabled", "install"]);

/**
 * The kustomizations that a recipe names, by component.
 *
 * @throws CairnError `KUSTOMIZATION_VALUES` with everything that only a chart could read
 */
export function wantedKustomizations(recipe: Recipe): readonly WantedKustomization[] {
  const components = recipe.componentRefs.filter(({ type }) => type === "Kustomize");
  const findings = components.flatMap((component) => unreadOf(component, recipe));
  if (findings.length > 0)
    throw new CairnError("KUSTOMIZATION_VALUES", "a kustomization reads no values", {
      findings,
      hint: "write a patch or an overlay in its repository, or use a Helm chart",
    });
  return components.map(({ name, source, path: folder, tag }) => {
    if (source === undefined || folder === undefined || tag === undefined)
      throw new CairnError("KUSTOMIZATION_SOURCE", `component ${name} needs source, path and tag`);
    return { component: name, source, path: folder, tag };
  });
}

function unreadOf({ name, values, nodeScheduling }: ComponentRef, { metadata }: Recipe): readonly Finding[] {
  const given = Object.keys(values).filter((key) => !SWITCHES.has(key));
  const open = (metadata.dynamic ?? []).filter(({ component }) => component === name).map((dynamic) => dynamic.path);
  const scheduling = Object.keys(nodeScheduling).length > 0 ? ["nodeScheduling"] : [];
  return [...given, ...open, ...scheduling].map((key) => ({ path: `${name}.${key}`, message: "has no effect" }));
}

/**
 * Brings one kustomization into the cache. One that is locked already is fetched only if the cache does not have it.
 *
 * @throws CairnError `KUSTOMIZATION_SOURCE`, `KUSTOMIZATION_INVALID`, `GIT_FAILED`, `KUSTOMIZATION_MOVED` when the tag names another
 * commit than the locked one
 */
export async function fetchKustomization(
  wanted: WantedKustomization,
  locked: LockedKustomization | undefined,
  sources: KustomizationSources,
): Promise<LockedKustomization> {
  const store = new ContentStore(sources.cacheDir);
  if (locked !== undefined && store.has(locked.archive)) return locked;
  const { gitProtocols: protocols = DEFAULT_PROTOCOLS, signal } = sources;
  checkSource(wanted, protocols);
  const folder = folderOf(wanted.component, wanted.path);
  const commit = await commitOf(wanted, { protocols, signal });
  if (locked !== undefined && locked.commit !== commit) throw moved(wanted, locked.commit, commit);
  const bytes = await withCommit(wanted.source, commit, { protocols, signal }, (tree) =>
    archiveOf(wanted.component, folder, tree),
  );
  const archive = store.put(bytes);
  if (locked !== undefined && locked.archive !== archive) throw moved(wanted, locked.archive, archive);
  const { source, path: named, tag } = wanted;
  return { source, path: named, tag, commit, archive };
}

const DEFAULT_PROTOCOLS: readonly GitProtocol[] = ["https", "ssh"];

/** Brings every kustomization of a lock into the cache (`cairn lock --fetch`). */
export async function fetchKustomizations(lock: Lock, sources: KustomizationSources): Promise<void> {
  for (const [component, locked] of Object.entries(lock.kustomizations ?? {}))
    await fetchKustomization({ component, ...locked }, locked, sources);
}

function moved({ component, source, tag }: WantedKustomization, locked: string, found: string): CairnError {
  return new CairnError("KUSTOMIZATION_MOVED", `${source} now has something else as ${tag}`, {
    findings: [{ message: `locked: ${locked}` }, { message: `found: ${found}` }],
    hint: `if that is meant, run \`cairn lock --update ${component}\``,
  });
}

/** Nothing that git would take for an option or a helper program, and no password: the lock is committed. */
function checkSource({ component, source }: WantedKustomization, protocols: readonly GitProtocol[]): void {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  const problem =
    url === undefined || !protocols.some((protocol) => url.protocol === `${protocol}:`)
      ? `is none of ${protocols.map((protocol) => `${protocol}://`).join(", ")}`
      : url.password !== "" || (url.protocol === "https:" && url.username !== "")
        ? "holds a password, which would stand in the lock"
        : undefined;
  if (problem !== undefined)
    throw new CairnError("KUSTOMIZATION_SOURCE", `component ${component}: its source ${problem}`, {
      ...(url === undefined && { hint: "write git@host:path as ssh://git@host/path" }),
    });
}

async function commitOf(
  { component, source, tag }: WantedKustomization,
  options: { readonly protocols: readonly GitProtocol[]; readonly signal: AbortSignal | undefined },
): Promise<string> {
  if (COMMIT.test(tag)) return tag;
  const commit = TAG.test(tag) ? await commitOfTag(source, tag, options) : undefined;
  if (commit !== undefined) return commit;
  throw new CairnError("KUSTOMIZATION_SOURCE", `component ${component}: ${source} has no tag ${tag}`, {
    hint: "name a tag or a whole commit; a branch is another commit tomorrow",
  });
}

/** The folder in its repository, as git writes it: no `./` and no slash at the end. */
function folderOf(component: string, folder: string): string {
  const plain = path.posix.join(folder, ".").replace(/\/$/, "");
  const problem = plain === "." ? undefined : pathProblem(plain);
  if (problem === undefined) return plain;
  throw new CairnError("KUSTOMIZATION_SOURCE", `component ${component}: its path ${folder} ${problem}`);
}

/** A tar archive, because the same files have to be the same bytes with every version of zlib. */
async function archiveOf(component: string, folder: string, tree: GitTree): Promise<Buffer> {
  if (!tree.entries.some((entry) => isBelow(folder, entry.path)))
    throw new CairnError("KUSTOMIZATION_SOURCE", `component ${component}: the repository has no folder ${folder}`);
  const definitions = tree.entries.filter(
    ({ path: file, isFile }) => isFile && /(^|\/)kustomization(\.ya?ml)?$/i.test(file),
  );
  const read = await tree.read(withinLimits(component, definitions));
  const known = new Map(tree.entries.map(({ path: file }) => [file, read.get(file)]));
  const folders = kustomizationFolders(known, folder, component);
  const needed = tree.entries.filter(({ path: file }) => folders.some((one) => isBelow(one, file)));
  const links = needed.filter(({ isFile }) => !isFile);
  if (links.length > 0)
    throw new CairnError("KUSTOMIZATION_INVALID", `${component}: the kustomization has more than regular files`, {
      findings: links.map(({ path: file }) => ({ file, message: "is a symbolic link or a submodule" })),
    });
  const files = await tree.read(withinLimits(component, needed));
  kustomizationFolders(files, folder, component);
  return packTar(Object.fromEntries(files));
}

function withinLimits(component: string, entries: readonly GitEntry[]): readonly GitEntry[] {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (entries.length <= MAX_FILES && bytes <= MAX_ARCHIVE) return entries;
  throw new CairnError(
    "KUSTOMIZATION_INVALID",
    `${component}: the kustomization has more than ${MAX_FILES} files or ${MAX_ARCHIVE} bytes`,
  );
}

/** @throws CairnError `TOOL_MISSING` */
export function findKubectl(): Kubectl {
  const status = toolStatus("kubectl");
  return status.found ? status : { path: findTool("kubectl"), version: "" };
}

/**
 * `kubectl kustomize` of a locked archive, in a folder of its own. Bases, files and plugins from elsewhere are refused before it runs.
 *
 * @throws CairnError `KUSTOMIZATION_INVALID`, `KUSTOMIZE_FAILED` with kustomize's own message
 */
export function renderKustomization(kubectl: Kubectl, archive: string, component: string, start: string): string {
  const files = unpackTar(fs.readFileSync(archive));
  const folder = folderOf(component, start);
  kustomizationFolders(files, folder, component);
  const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "cairn-kustomize-")));
  try {
    const root = path.join(home, "tree");
    for (const [file, content] of files) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), content);
    }
    const args = ["kustomize", "--load-restrictor", "LoadRestrictionsRootOnly", path.join(root, folder)];
    const options = { cwd: home, env: environment(home), maxBuffer: MAX_OUTPUT, timeout: TIMEOUT_MS };
    const { stdout, stderr, status, error, signal } = spawnSync(kubectl.path, args, { ...options, encoding: "utf8" });
    if (status === 0) return stdout;
    const reason = error?.message ?? (signal === null ? stderr.trim() : `it was ended by ${signal}`);
    throw new CairnError("KUSTOMIZE_FAILED", `${component}: kubectl could not render it`, {
      findings: [{ message: reason.replaceAll(`${root}/`, "") }],
    });
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

/** No settings and no plugins. The files were looked through already; what was missed finds git and proxies that lead nowhere. */
function environment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(KUBE|KUSTOMIZE|GIT_)|_PROXY$/i.test(name));
  const nowhere = { HTTP_PROXY: "http://127.0.0.1:1", HTTPS_PROXY: "http://127.0.0.1:1", GIT_ALLOW_PROTOCOL: "none" };
  return { ...Object.fromEntries(kept), ...nowhere, KUBECONFIG: path.join(home, "none"), XDG_CONFIG_HOME: home };
}
