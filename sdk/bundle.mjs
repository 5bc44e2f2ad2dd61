// Build step: `dist/cli/cairn.js`, one file of what every `cairn` command and the quick verbs need, because Node takes longer to find and
// read a hundred small files than to run them; and `dist/cli/start.js`, what is needed before it. The other verbs stay where they are and
// are loaded when they are called. Run as `npm run build:cli`, after `tsc`.
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const QUICK_VERBS = /^\.\/verbs\/(recipe|query|diff)\.js$/;

const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, "package.json"), "utf8"));

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: { cairn: "cli/index.ts", start: "cli/launch.ts" },
  outdir: "dist/cli",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["yaml", "zod"],
  legalComments: "inline",
  plugins: [
    {
      name: "what-stays-outside",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\./ }, ({ path: module, kind }) =>
          kind === "dynamic-import" && !QUICK_VERBS.test(module) ? { path: module, external: true } : undefined,
        );
        // Every part of the program must know the same CairnError.
        onResolve({ filter: /\/errors$/ }, ({ path: module, resolveDir }) =>
          path.resolve(resolveDir, module) === path.join(import.meta.dirname, "errors")
            ? { path: "../errors.js", external: true }
            : undefined,
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
