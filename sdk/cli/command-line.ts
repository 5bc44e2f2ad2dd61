import { CommanderError } from "commander";
import { CairnError } from "../errors";
import { type Cli, cliFor, type Format, FORMATS, type World } from "./cli";
import { EXIT, type ExitCode } from "./exit";
import { fail } from "./failure";
import { buildProgram, type Run } from "./program";

/**
 * Runs one command line.
 *
 * @param argv - arguments after `cairn`
 * @returns the exit code; errors are printed, not thrown
 */
export async function main(argv: readonly string[], world: World): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const guard: Run = async (verb, format) => {
    exit = await guarded(verb, world, format);
  };
  const program = buildProgram(world, guard, argv);
  try {
    await program.parseAsync(argv, { from: "user" });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, world, formatOf(argv));
    // Commander has printed what is wrong, or the help that was asked for.
    return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  }
}

async function guarded(run: (cli: Cli) => Promise<ExitCode>, world: World, format: Format): Promise<ExitCode> {
  try {
    return await run(cliFor(world, format));
  } catch (error) {
    const stopped = world.signal.aborted && !(error instanceof CairnError && error.kind === "interrupted");
    if (!stopped) return fail(error, world, format);
    world.stderr.write("cairn: interrupted\n");
    return EXIT.interrupted;
  }
}

function formatOf(argv: readonly string[]): Format {
  return FORMATS.find((format) => argv.includes(format)) ?? "text";
}
