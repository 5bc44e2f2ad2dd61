import * as path from "node:path";
import { CairnError, type Finding } from "../errors";
import { isMap } from "../json";
import { readYaml } from "../recipe";

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

const ELSEWHERE = "is not in the repository; copy it there and name it by its path";

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
  const findings: Finding[] = [];
  const document = readYaml(textOf(file, tree), file, findings);
  if (document === undefined) return { folders: [], findings };
  if (!isMap(document.value)) return { folders: [], findings: [{ file, message: "is no kustomization" }] };
  const folders: string[] = [];
  const tell = (path: At, message: string): void =>
    void findings.push(...document.findingsFor([{ code: "custom", path: [...path], message }]));
  for (const [key, field] of Object.entries(document.value)) {
    const kind = key.toLowerCase();
    if (CHARTS.has(kind)) tell([key], "is a Helm chart; make it a component of the recipe");
    if (!BASES.has(kind) && !PLUGINS.has(kind)) {
      urlsIn({ [key]: field }).forEach(([at, url]) => tell(at, `${url} ${ELSEWHERE}`));
      continue;
    }
    (Array.isArray(field) ? field : []).forEach((entry, i) => {
      const target = path.posix.join(folder, String(entry)).replace(/\/$/, "");
      if (BASES.has(kind) && tree.folders.has(target)) folders.push(target);
      const judge = BASES.has(kind) ? baseProblem : pluginProblem;
      const problem = judge(String(entry), target, folder, tree);
      if (problem !== undefined) tell([key, i], problem);
    });
  }
  return { folders, findings };
}

function baseProblem(entry: string, target: string, folder: string, tree: Folders): string | undefined {
  if (REMOTE.test(entry)) return `${entry} ${ELSEWHERE}`;
  if (tree.folders.has(target)) return undefined;
  if (!tree.files.has(target)) return `${entry} is no file of the repository`;
  return isBelow(folder, target) ? undefined : `${entry} is a file outside the folder, which kustomize refuses`;
}

/** Only what is compiled into kustomize runs. A folder of plugins would have to be rendered before it could be judged. */
function pluginProblem(entry: string, target: string, folder: string, tree: Folders): string | undefined {
  if (/[\n{]/.test(entry)) return configurationProblem(entry);
  if (!REMOTE.test(entry) && tree.folders.has(target)) return `${entry} is a folder; name the files in it`;
  const problem = baseProblem(entry, target, folder, tree);
  if (problem !== undefined || tree.files.get(target) === undefined) return problem;
  const why = configurationProblem(textOf(target, tree));
  return why === undefined ? undefined : `${entry} ${why}`;
}

function configurationProblem(text: string): string | undefined {
  const findings: Finding[] = [];
  const document = readYaml(text, "", findings);
  if (!isMap(document?.value)) return findings[0]?.message ?? "is no plugin";
  const { apiVersion, kind, metadata, ...fields } = document.value;
  const isFunction = JSON.stringify(metadata ?? {}).includes("config.kubernetes.io/function");
  if (apiVersion !== "builtin" || isFunction) return "is no plugin that is built into kustomize";
  if (kind === "HelmChartInflationGenerator") return "is a Helm chart; make it a component of the recipe";
  const [url] = urlsIn(fields);
  return url === undefined ? undefined : `reads ${url[1]}, which ${ELSEWHERE}`;
}

const textOf = (file: string, { files }: Folders): string => files.get(file)?.toString("utf8") ?? "";

type At = readonly (string | number)[];

/** Every URL that stands where kustomize reads a file, with its path. */
function urlsIn(value: unknown, at: At = [], isFile = false): readonly (readonly [At, string])[] {
  if (typeof value === "string") return isFile && URL_OF_FILE.test(value) ? [[at, value]] : [];
  if (Array.isArray(value)) return value.flatMap((item, i) => urlsIn(item, [...at, i], isFile));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => urlsIn(item, [...at, key], FILES.has(key.toLowerCase())));
}
