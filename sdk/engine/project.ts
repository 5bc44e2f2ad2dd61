import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, LineCounter, parseDocument } from "yaml";
import { CairnError, type Finding, messageOf } from "../errors";
import { readTextFile } from "../files";
import { type JsonObject, type JsonValue } from "../json";
import { type Crypter } from "./state/crypter";
import { isObject } from "./wire";

/** What `Pulumi.yaml` and `Pulumi.<stack>.yaml` say. Config keys are complete (`project:key`), values as the program reads them. */
export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly stack: string;
  /** Directory or file that the language host runs. */
  readonly main: string;
  readonly typescript: boolean;
  readonly nodeArguments: readonly string[];
  /** `encryptionsalt` of the stack's file. */
  readonly salt?: string;
  readonly config: readonly ConfigEntry[];
}

interface ConfigEntry {
  readonly key: string;
  readonly value: JsonValue;
}

export interface ResolvedConfig {
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

const NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/** @throws CairnError PROJECT_MISSING, PROJECT_INVALID */
export function loadProject(directory: string, stack: string): Project {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(directory, name)).find(existsSync);
  if (file === undefined) {
    throw new CairnError("PROJECT_MISSING", `${directory} has no Pulumi.yaml`, {
      hint: "run the command in the directory of a Pulumi project, or name it with --cwd",
    });
  }
  const project = readYaml(file);
  const { name } = project;
  if (typeof name !== "string" || !NAME.test(name))
    throw invalid(file, "name", "a project needs a name of letters, digits, `-`, `_` and `.`");
  if (!NAME.test(stack))
    throw new CairnError("PROJECT_INVALID", `"${stack}" is not a stack name: letters, digits, \`-\`, \`_\` and \`.\``);
  const runtime = isObject(project["runtime"]) ? project["runtime"] : { name: project["runtime"] ?? null };
  if (runtime["name"] !== "nodejs") {
    throw invalid(
      file,
      "runtime",
      `the embedded engine runs nodejs programs, not ${JSON.stringify(runtime["name"])}; install the pulumi CLI for others`,
    );
  }
  const options = isObject(runtime["options"]) ? runtime["options"] : {};
  const stackFile = path.join(directory, stackDirectory(project), `Pulumi.${stack}.yaml`);
  const stackSettings = existsSync(stackFile) ? readYaml(stackFile) : {};
  const salt = stackSettings["encryptionsalt"];
  return {
    name,
    directory,
    stack,
    main: typeof project["main"] === "string" ? path.resolve(directory, project["main"]) : ".",
    typescript: typeScriptOf(project["runtime"]),
    nodeArguments: typeof options["nodeargs"] === "string" ? options["nodeargs"].split(/\s+/).filter(Boolean) : [],
    ...(typeof salt === "string" ? { salt } : {}),
    config: [...projectConfig(file, name, project["config"]), ...stackConfig(stackFile, name, stackSettings["config"])],
  };
}

function stackDirectory(project: JsonObject): string {
  const { stackConfigDir, config } = project;
  return typeof stackConfigDir === "string" ? stackConfigDir : typeof config === "string" ? config : ".";
}

/** Whether the program or policy pack of this file may be written in TypeScript: it is, unless it says otherwise. */
export function usesTypeScript(file: string): boolean {
  return typeScriptOf(readYaml(file)["runtime"]);
}

const typeScriptOf = (runtime: JsonValue | undefined): boolean =>
  !(isObject(runtime) && isObject(runtime["options"]) && runtime["options"]["typescript"] === false);

function readYaml(file: string): JsonObject {
  const lines = new LineCounter();
  const document = parseDocument(readTextFile(file), { lineCounter: lines });
  if (document.errors.length > 0) {
    const findings = document.errors.map((error): Finding => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { file, line, column: col, message: error.message.split("\n")[0] ?? "" };
    });
    throw new CairnError("PROJECT_INVALID", `${file} is not valid YAML`, { findings });
  }
  const value = valueOf(document, file);
  if (!isObject(value)) throw invalid(file, "", "expected a mapping");
  return value;
}

/** Aliases are expanded, unless they make a small file a large one. */
function valueOf(document: Document, file: string): JsonValue {
  try {
    return (document.toJS() ?? {}) as JsonValue;
  } catch (error) {
    throw invalid(file, "", messageOf(error));
  }
}

function invalid(file: string, at: string, message: string): CairnError {
  return new CairnError("PROJECT_INVALID", `${file} is not a Pulumi project file we can use`, {
    findings: [{ file, path: at, message }],
  });
}

const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** Defaults in Pulumi.yaml: `key: value` or `key: { default | value: … }`. */
function projectConfig(file: string, project: string, config: JsonValue | undefined): ConfigEntry[] {
  if (config === undefined || config === null || typeof config === "string") return [];
  if (!isObject(config)) throw invalid(file, "config", "expected a mapping");
  return Object.entries(config).flatMap(([key, entry]) => {
    const value = isObject(entry) ? (entry["value"] ?? entry["default"]) : entry;
    return value === undefined || value === null ? [] : [{ key: fullKey(project, key), value }];
  });
}

function stackConfig(file: string, project: string, config: JsonValue | undefined): ConfigEntry[] {
  if (config === undefined || config === null) return [];
  if (!isObject(config)) throw invalid(file, "config", "expected a mapping");
  return Object.entries(config).map(([key, value]) => ({ key: fullKey(project, key), value }));
}

/** True for `{ secure: <ciphertext> }`, which may be the value or lie anywhere inside it. */
function hasSecure(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(hasSecure);
  return isObject(value) && (typeof value["secure"] === "string" || Object.values(value).some(hasSecure));
}

export function needsSecrets(project: Project): boolean {
  return project.config.some(({ value }) => hasSecure(value));
}

/** Opens secure values. Structured ones become JSON text, as programs expect them. */
export function resolveConfig(project: Project, crypter: Crypter | undefined): ResolvedConfig {
  const open = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(open);
    if (!isObject(value)) return value;
    if (typeof value["secure"] === "string") return (crypter as Crypter).decrypt(value["secure"]);
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, open(field)]));
  };
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const { key, value } of project.config) {
    const opened = open(value);
    values[key] = typeof opened === "object" ? JSON.stringify(opened) : String(opened);
    if (hasSecure(value)) secretKeys.push(key);
  }
  return { values, secretKeys };
}

/**
 * `<directory>/.cairn/state/<project>/<stack>.json`, or under the directory of `PULUMI_BACKEND_URL=file://…`.
 * @throws CairnError BACKEND_UNSUPPORTED
 */
export function stateFile(project: Project, env: NodeJS.ProcessEnv): string {
  const url = env["PULUMI_BACKEND_URL"];
  return path.join(backendDirectory(url, project.directory), ".cairn", "state", project.name, `${project.stack}.json`);
}

function backendDirectory(url: string | undefined, directory: string): string {
  if (url === undefined || url === "") return directory;
  if (!url.startsWith("file://")) {
    throw new CairnError("BACKEND_UNSUPPORTED", `the embedded engine keeps state in files, not in ${url}`, {
      hint: "set PULUMI_BACKEND_URL=file://<directory>, unset it, or install the pulumi CLI",
    });
  }
  const rest = url.slice("file://".length);
  // Pulumi also takes relative paths (`file://.`) and `~`, which a URL parser does not.
  if (rest.startsWith("~")) return path.join(process.env["HOME"] ?? "", rest.slice(1));
  return rest.startsWith("/") ? fileURLToPath(url) : path.resolve(directory, rest);
}
