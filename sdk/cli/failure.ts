import { CairnError, messageOf } from "../errors";
import { encode, type Format, type World } from "./cli";
import { EXIT_OF_KIND, type ExitCode } from "./exit";
import { shortPaths } from "./files";
import { styleFor } from "./style";

/** Prints what went wrong, for people on stderr and for machines on stdout, and gives the exit code. Never a stack, unless asked for. */
export async function fail(error: unknown, world: World, format: Format): Promise<ExitCode> {
  const known = error instanceof CairnError ? error : unexpected(error);
  const style = styleFor(world.stderr, world.env);
  world.stderr.write(`${style.bad("cairn:")} ${shortPaths(known.message, world)}\n`);
  if (world.env["CAIRN_DEBUG"]) world.stderr.write(`${stackOf(error)}\n`);
  if (format !== "text") {
    const { code, kind, findings, hint } = known;
    const summary = known.message.split("\n")[0];
    // Of a CoverageError, whose class is another one in verbs that are not part of the bundle.
    const uncovered = "uncovered" in known ? { uncovered: known.uncovered } : {};
    world.stdout.write(await encode({ error: { code, kind, message: summary, findings, ...uncovered, hint } }, format));
  }
  return EXIT_OF_KIND[known.kind];
}

/** Something that no room foresaw. What was asked is not answered, so it counts as such. */
function unexpected(error: unknown): CairnError {
  return new CairnError("UNEXPECTED", `something went wrong that Cairn did not foresee: ${messageOf(error)}`, {
    kind: "could-not-check",
    hint: "run the same command with CAIRN_DEBUG=1 for details, and report them",
    cause: error,
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined
    ? (error.stack ?? error.message)
    : `${error.stack}\ncaused by ${stackOf(error.cause)}`;
}
