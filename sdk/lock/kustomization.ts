import * as path from "node:path";
import { isMap, LineCounter, parseAllDocuments, parseDocument } from "yaml";
import { CairnError, type Finding } from "../errors";
import { type JsonObject } from "../json";
import { placeOf } from "./file";

/** Files of a repository by path; `undefined` for a content that was not read yet. */
export type Tree = ReadonlyMap<string, Buffer | undefined>;

const NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/** Lists of files and folders to load. Go reads keys in any case. */
const BASES: ReadonlySet<string> = new Set(["resources", "bases", "components"]);
/** Lists of files with plugins, which may stand there in full too. */
const PLUGINS: ReadonlySet<string> = new Set(["generators", "transformers", "validators"]);
const CHARTS: ReadonlySet<string> = new Set(["helmcharts", "helmchartinflationgenerator", "helmglobals"]);
/** Keys, at any depth, under which kustomize reads a file; it also takes a URL there. */
const FILES: ReadonlySet<string> = new Set([
  ...["path", "paths", "file", "files", "env", "envs"],
  ...["configurations", "crds", "patches", "patchesstrategicmerge"],
]);

/** What kustomize takes for a repository or a URL, whether a file of that name exists or not. */
const REMOTE = /^[\w+.-]+:|^[^/]*@|^(?:www\.)?github\.com\/|\?|\.git(?:\/|$)|_git\//i;
const URL_OF_FILE = /^(?:[^=\n]*=)?\s*https?:\/\//i;

const COPY = "copy it into the repository and name it by its path";

/**
 * The folder of a kustomization and those of its bases, wherever in the tree they are: kustomize reads nothing beside them.
 *
 * @throws CairnError `KUSTOMIZATION_INVALID` with every entry that is not in the tree, runs a program or asks a network
 */
export function kustomizationFolders(files: Tree, start: string, name: string): readonly string[] {
  const folders = new Set([start]);
  const findings: Finding[] = [];
  const tree = { files, folders: foldersOf(files) };
  for (const folder of folders) {
    const own = NAMES.map((file) => path.posix.join(folder, file)).filter((file) => files.has(file));
    if (own.length === 0) findings.push({ file: folder, message: `has no ${NAMES[0]}` });
    for (const file of own) {
      const found = readKustomization(file, folder, tree);
      found.folders.forEach((next) => folders.add(next));
      findings.push(...found.findings);
    }
  }
  if (findings.length === 0) return [...folders];
  throw new CairnError("KUSTOMIZATION_INVALID", `${name}: the kustomization cannot be rendered from what is locked`, {
    findings,
  });
}

/** Whether a file is in a folder of the repository, at any depth. */
export const isBelow = (folder: string, file: string): boolean => folder === "." || file.startsWith(`${folder}/`);

interface Folders {
  readonly files: Tree;
  readonly folders: ReadonlySet<string>;
}

function foldersOf(files: Tree): ReadonlySet<string> {
  const folders = new Set(["."]);
  for (const file of files.keys())
    for (let folder = path.posix.dirname(file); !folders.has(folder); folder = path.posix.dirname(folder))
      folders.add(folder);
  return folders;
}

interface Found {
  readonly folders: readonly string[];
  readonly findings: readonly Finding[];
}

function readKustomization(file: string, folder: string, tree: Folders): Found {
  const lines = new LineCounter();
  const document = parseDocument(tree.files.get(file)?.toString("utf8") ?? "", { lineCounter: lines, merge: true });
  const [error] = document.errors;
  if (error !== undefined) return { folders: [], findings: [{ file, message: error.message }] };
  if (!isMap(document.contents)) return { folders: [], findings: [{ file, message: "is no kustomization" }] };
  const folders: string[] = [];
  const findings: Finding[] = [];
  const tell = (at: readonly (string | number)[], message: string, hint?: string): void =>
    void findings.push({ file, ...placeOf(document, at, lines), path: at.join("."), message, ...(hint && { hint }) });
  for (const [key, value] of Object.entries(document.toJS({ maxAliasCount: 100 }) as JsonObject)) {
    const kind = key.toLowerCase();
    if (CHARTS.has(kind)) tell([key], "is a Helm chart", "make it a Helm component of the recipe");
    if (!BASES.has(kind) && !PLUGINS.has(kind)) {
      urlsIn({ [key]: value }).forEach(([at, url]) => tell(at, `${url} is not in the repository`, COPY));
      continue;
    }
    (Array.isArray(value) ? value : []).forEach((entry, i) => {
      const text = String(entry);
      if (PLUGINS.has(kind) && /[\n{]/.test(text))
        return void pluginProblems(text).forEach((why) => tell([key, i], why));
      const target = path.posix.join(folder, text).replace(/\/$/, "");
      if (REMOTE.test(text)) tell([key, i], `${text} is not in the repository`, COPY);
      else if (tree.folders.has(target) && BASES.has(kind)) folders.push(target);
      else if (!tree.files.has(target)) tell([key, i], `${text} is no file of the repository`);
      else if (!isBelow(folder, target))
        tell([key, i], `${text} is a file outside the folder, which kustomize refuses`);
      else if (PLUGINS.has(kind))
        pluginProblems(tree.files.get(target)?.toString("utf8") ?? "").forEach((why) =>
          tell([key, i], `${text} ${why}`),
        );
    });
  }
  return { folders, findings };
}

/** Only what is compiled into kustomize runs. */
function pluginProblems(text: string): readonly string[] {
  const documents = parseAllDocuments(text, { merge: true });
  return (Array.isArray(documents) ? documents : []).flatMap((document): readonly string[] => {
    const { apiVersion, kind, metadata, ...fields } = (document.toJS({ maxAliasCount: 100 }) ?? {}) as JsonObject;
    if (kind === "HelmChartInflationGenerator") return ["is a Helm chart"];
    const isFunction = JSON.stringify(metadata ?? {}).includes("config.kubernetes.io/function");
    if (document.errors.length > 0 || apiVersion !== "builtin" || isFunction)
      return ["is no plugin that is built into kustomize"];
    return urlsIn(fields).map(([, url]) => `reads ${url}, which is not in the repository`);
  });
}

/** Every URL that stands where kustomize reads a file, with its path. */
function urlsIn(
  value: unknown,
  at: readonly (string | number)[] = [],
  isFile = false,
): readonly (readonly [readonly (string | number)[], string])[] {
  if (typeof value === "string") return isFile && URL_OF_FILE.test(value) ? [[at, value]] : [];
  if (Array.isArray(value)) return value.flatMap((item, i) => urlsIn(item, [...at, i], isFile));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => urlsIn(item, [...at, key], FILES.has(key.toLowerCase())));
}
