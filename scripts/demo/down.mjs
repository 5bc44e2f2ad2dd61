// Takes the demo down in order: the stack (evidence, components, cluster), then the registry.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cairn, settings, stopLeftover } from "./cairn.mjs";
import * as paths from "./paths.mjs";
import { running, stop } from "./processes.mjs";
import { closingTable, step } from "./story.mjs";

async function main() {
  await stopLeftover();
  await step("The stack, in reverse order", async () => {
    if (!existsSync(join(paths.project, ".cairn", "state"))) return "nothing to destroy";
    await cairn(["destroy", "-C", paths.project, "--yes"], {
      env: settings(running("registry")?.address ?? "127.0.0.1:0"),
    });
    return "destroyed";
  });
  await step("The registry", async () => ((await stop("registry")) ? "stopped" : "was not running"));
  closingTable();
}

await main().catch((error) => {
  console.error(`\n   ${error.message}`);
  process.exitCode = 1;
});
