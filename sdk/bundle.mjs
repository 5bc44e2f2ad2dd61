// Build step, because Node takes longer to find and read a hundred small files than to run them: `dist/cli/cairn.js`, one file of what every
// `cairn` command and the quick verbs need, and `dist/cli/start.js`, what is needed before it; `dist/recipe/parse.js`, in place of what tsc
// made of it, with the parts of zod and js-yaml that catalogues need. The other verbs stay where they are and are loaded when they are
// called. Run as `npm run build:bundle`, after `tsc` and before anything that reads a catalogue.
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const QUICK_VERBS = /^\.\/verbs\/(recipe|query|diff)\.js$/;

const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, "package.json"), "utf8"));

/** Every part of the program must know the same CairnError. */
const sameErrors = {
  name: "same-errors",
  setup({ onResolve }) {
    onResolve({ filter: /\/errors$/ }, ({ path: module, resolveDir }) =>
      path.resolve(resolveDir, module) === path.join(import.meta.dirname, "errors")
        ? { path: "../errors.js", external: true }
        : undefined,
    );
  },
};

const common = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  legalComments: "inline",
};

await build({
  ...common,
  entryPoints: { parse: "recipe/parse.ts" },
  outdir: "dist/recipe",
  external: ["yaml"],
  minifyWhitespace: true, // a third less for Node to look through
  plugins: [sameErrors],
});

await build({
  ...common,
  entryPoints: { cairn: "cli/index.ts", start: "cli/launch.ts" },
  outdir: "dist/cli",
  external: ["js-yaml", "yaml", "zod"],
  plugins: [
    sameErrors,
    {
      name: "what-stays-outside",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\./ }, ({ path: module, kind }) =>
          kind === "dynamic-import" && !QUICK_VERBS.test(module) ? { path: module, external: true } : undefined,
        );
        onLoad({ filter: /\/sdk\/version\.ts$/ }, () => ({ contents: `export const VERSION = "${version}";` }));
        // commander imports these as a whole, of which esbuild would copy every member first. One of them it only needs for subcommands
        // that are programs of their own; we have none.
        onResolve({ filter: /^node:(child_process|fs|path|process)$/ }, ({ path: module, importer }) =>
          importer.includes("commander") ? { path: module, namespace: "whole" } : undefined,
        );
        onLoad({ filter: /.*/, namespace: "whole" }, ({ path: module }) => ({
          contents:
            module === "node:child_process"
              ? `export default { get spawn() { return require("${module}").spawn; } };`
              : `export default require("${module}");`,
        }));
      },
    },
  ],
});
