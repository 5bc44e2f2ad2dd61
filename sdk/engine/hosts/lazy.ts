import { createRequire, Module } from "node:module";

/**
 * Loads the Pulumi SDK that a runner of it (`@pulumi/pulumi/cmd/…`) will use, without npm's package manager: loading that takes a third of
 * a small run's time, and the SDK needs it only to look up the packages of a function that goes to a cloud. It is loaded then.
 */
export function loadSdkLazily(runner: string): void {
  const load = createRequire(runner);
  let manager: string;
  try {
    manager = createRequire(load.resolve("../..")).resolve("@npmcli/arborist");
  } catch {
    return; // another version of the SDK, which does without
  }
  const later = new Module(manager);
  later.loaded = true;
  later.exports = {
    __esModule: true,
    get Arborist(): unknown {
      return (load(manager) as { readonly Arborist: unknown }).Arborist;
    },
  };
  load.cache[manager] = later;
  try {
    load("../..");
  } finally {
    // Whoever else asks for it gets the real one.
    delete load.cache[manager];
  }
}
