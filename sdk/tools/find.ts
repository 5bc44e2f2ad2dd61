import { delimiter, isAbsolute, join } from "node:path";
import { CairnError, type Finding } from "../errors";
import { cachedProgram, type Environment, isExecutable } from "./cache";
import { probeVersion } from "./probe";
import { describeRange, TOOL_NAMES, TOOLS, type Tool, type ToolName } from "./table";
import { versionFits } from "./version";

export interface FindOptions {
  /** @default process.env */
  readonly env?: Environment;
}

/** Where a tool stands on this machine. */
export type ToolStatus = { readonly name: ToolName; readonly wanted: string } & (
  | { readonly found: true; readonly path: string; readonly version: string; readonly source: "path" | "cache" }
  | { readonly found: false; readonly unfit: readonly UnfitTool[] }
);

/** A program of the right name on `PATH` that cannot be used. */
export interface UnfitTool {
  readonly path: string;
  /** Left out when it did not report one. */
  readonly version?: string;
}

/**
 * Finds one program: the first on `PATH` in a fitting version, else the one that set-up put into the per-user cache.
 *
 * @returns its absolute path.
 * @throws CairnError `TOOL_MISSING` that names what was found instead and how to get a fitting one.
 * @example
 * const helm = findTool("helm");
 */
export function findTool(name: ToolName, options: FindOptions = {}): string {
  const status = toolStatus(name, options);
  if (status.found) return status.path;
  throw missingTools([status]);
}

/** Where one tool stands, without an error when it is missing. */
export function toolStatus(name: ToolName, options: FindOptions = {}): ToolStatus {
  const env = options.env ?? process.env;
  const tool: Tool = TOOLS[name];
  const base = { name, wanted: describeRange(name) };
  const unfit: UnfitTool[] = [];
  for (const candidate of programsOnPath(name, env)) {
    const version = probeVersion(candidate, tool, env);
    if (version !== undefined && versionFits(version, tool)) {
      return { ...base, found: true, path: candidate, version, source: "path" };
    }
    unfit.push(version === undefined ? { path: candidate } : { path: candidate, version });
  }
  const cached = cachedProgram(name, tool.version, env);
  if (isExecutable(cached)) return { ...base, found: true, path: cached, version: tool.version, source: "cache" };
  return { ...base, found: false, unfit };
}

/** Where every tool stands, for `cairn doctor`. */
export function allToolStatuses(options: FindOptions = {}): readonly ToolStatus[] {
  return TOOL_NAMES.map((name) => toolStatus(name, options));
}

function missingTools(missing: readonly Extract<ToolStatus, { found: false }>[]): CairnError<"TOOL_MISSING"> {
  const findings = missing.flatMap((status): Finding[] => [
    { message: `${status.wanted} is neither on PATH nor in Cairn's cache` },
    ...status.unfit.map((unfit) => ({
      message: unfit.version === undefined ? "it does not report its version" : `this is version ${unfit.version}`,
      file: unfit.path,
    })),
  ]);
  return new CairnError("TOOL_MISSING", "a tool that Cairn needs is missing", {
    findings,
    kind: "could-not-check",
    hint: "run `make setup` in a checkout of Cairn (it builds the tool once), or put a fitting version on PATH",
  });
}

/** The first program of this name on `PATH`, in whatever version. */
export function onPath(name: string, env: Environment = process.env): string | undefined {
  return programsOnPath(name, env).next().value;
}

function* programsOnPath(name: string, env: Environment): Generator<string, undefined> {
  for (const folder of new Set((env["PATH"] ?? "").split(delimiter))) {
    const candidate = join(folder, name);
    if (isAbsolute(folder) && isExecutable(candidate)) yield candidate;
  }
}
