/**
 * Runs a Pulumi program: through the `pulumi` CLI when it is installed, else by the embedded engine. Options and the program's
 * directory go in; events while it runs, and a result at the end, come out. Only the CLI and tests come in here.
 */
export * from "./types";
export { run } from "./run";
