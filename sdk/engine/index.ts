/**
 * Runs a Pulumi program: through the `pulumi` CLI when it is installed, else by the embedded engine. Only the CLI and tests come in here.
 */
export * from "./types";
