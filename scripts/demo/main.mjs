// From nothing to verified evidence, step by step, with real parts.
import { closeSync, cpSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { cairn, settings, stopLeftover } from "./cairn.mjs";
import { prepareContent } from "./content.mjs";
import * as paths from "./paths.mjs";
import { ensureRegistry } from "./registry.mjs";
import { closingTable, say, showCommand, step } from "./story.mjs";

const { shown } = paths;
const criteria = ["--service", "local", "--accelerator", "h100", "--intent", "training"];

async function main() {
  let env;
  let unsignedImage;
  await stopLeftover();

  await step("A local registry with charts, signed images and one unsigned image", async () => {
    const registry = await ensureRegistry();
    env = settings(registry.address);
    const content = await prepareContent(env);
    unsignedImage = content.unsigned;
    say(`registry on ${registry.address}, seen as registry.cairn.test`);
    say(`${content.charts} charts, ${content.signed} signed images, 1 unsigned: ${unsignedImage}`);
    return registry.reused ? "running" : "started";
  });

  await step("Lock: the recipe's charts and images, by digest, with their signatures", async () => {
    await cairn(["lock", "-C", paths.project, ...criteria, "--key", paths.publicKey], { env });
    return shown(paths.lockFile);
  });

  await step("Policy: a program that uses the unsigned image is refused at preview", async () => {
    await cairn(
      ["lock", "-C", paths.unsignedProject, ...criteria, "--key", paths.publicKey, "--image", unsignedImage],
      { env },
    );
    await cairn(["preview", "-C", paths.unsignedProject, "--policy-pack", paths.policyPack], { env, expect: 1 });
    return "refused, as it should be";
  });

  await step("Up: cluster, stack, validation, signed evidence", async () => {
    const output = await cairn(["up", "-C", paths.project, "--policy-pack", paths.policyPack, "--yes"], { env });
    return /^✓ up:? (unchanged|.+(?= in ))/m.exec(output)[1];
  });

  await step("Verify: the evidence, as a stranger would", async () => {
    await cairn(["evidence", "verify", paths.pointerFile, "--key", paths.publicKey], { env });
    return "verified, tier simulated";
  });

  await step("Tamper: one byte changed", async () => {
    tamper();
    await cairn(["evidence", "verify", paths.tamperedDir, "--key", paths.publicKey], { env, expect: 2 });
    return "refused, as it should be";
  });

  closingTable();
  whereThingsAre();
}

/** Flips one bit in the middle of the recipe of a copy of the bundle. */
function tamper() {
  rmSync(paths.tamperedDir, { recursive: true, force: true });
  cpSync(paths.bundleDir, paths.tamperedDir, { recursive: true });
  const file = join(paths.tamperedDir, "recipe.json");
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  say(`byte ${at} of recipe.json: ${bytes[at]} → ${bytes[at] ^ 1}`);
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.from([bytes[at] ^ 1]), 0, 1, at);
  closeSync(handle);
}

function whereThingsAre() {
  const places = [
    ["state", join(paths.project, ".cairn", "state")],
    ["lock", paths.lockFile],
    ["evidence", paths.pointerFile],
    ["bundle", paths.bundleDir],
    ["kubeconfig", paths.kubeconfig],
  ];
  console.log();
  for (const [what, path] of places) console.log(`   ${what.padEnd(10)}  ${shown(path)}`);
  console.log("\n   Try next:");
  showCommand([".", shown(paths.envFile)]);
  showCommand(["npx", "cairn", "recipe", ...criteria, "--explain", "metrics.config.scrapeInterval"]);
  const where = ["-C", shown(paths.project), "--kubeconfig", shown(paths.kubeconfig)];
  showCommand(["npx", "cairn", "validate", ...where, "--phase", "conformance"]);
  showCommand(["make", "demo-down"]);
}

await main().catch((error) => {
  console.error(`\n   ${error.message}`);
  process.exitCode = 1;
});
