/**
 * A command line goes in; what it asks for is printed, and an exit code comes out. Parsing and printing only: every verb is one call into
 * a room. Nobody imports this room but the launcher (`bin/cairn.js`) and tests.
 */
export { type OutputStream, type World } from "./cli";
export { main } from "./command-line";
export { EXIT, type ExitCode } from "./exit";
export { runProcess } from "./process";
