// Runs `cairn` as a person would, with the demo's settings in the environment.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { envFile, passphraseFile, publicKey, root, shown } from "./paths.mjs";
import { forget, remember, stop } from "./processes.mjs";
import { showCommand } from "./story.mjs";
import { canonicalHost } from "./registry.mjs";

const launcher = join(root, "sdk", "bin", "cairn.js");

/** The settings that a person needs to go on where the demo stops; also written to a file to source. */
export function settings(registryAddress) {
  if (!existsSync(passphraseFile)) {
    writeFileSync(passphraseFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  }
  const env = {
    CAIRN_REGISTRY_MIRRORS: `${canonicalHost}=http://${registryAddress}`,
    CAIRN_TRUSTED_KEYS: publicKey,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
    COSIGN_PASSWORD: readFileSync(passphraseFile, "utf8"),
  };
  const lines = Object.entries(env).map(([key, value]) => `export ${key}='${value}'\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  return env;
}

/**
 * Runs one command, its output as it comes, and returns that output. Fails when the exit code is another than expected. Ctrl-C reaches
 * the child from the terminal; the child then saves and stops by itself.
 */
export async function cairn(args, { env, expect = 0 }) {
  const words = args.map((arg) => (arg.startsWith(root) ? shown(arg) : arg));
  showCommand(["npx", "cairn", ...words]);
  const colour = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd: root,
    env: { ...process.env, ...colour, ...env },
    stdio: ["inherit", "pipe", "inherit"],
  });
  remember("cairn", child.pid);
  let output = "";
  child.stdout.on("data", (chunk) => {
    process.stdout.write(chunk);
    output += chunk;
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (exit, signal) => resolve(signal ? 130 : exit));
  });
  forget("cairn");
  if (code === 130) process.exit(130);
  if (code !== expect) throw new Error(`cairn ${args[0]} ended with exit code ${code}, expected ${expect}`);
  return stripVTControlCharacters(output);
}

/** A demo that was killed can leave its `cairn` at work: let it save and stop first. */
export const stopLeftover = () => stop("cairn", "SIGINT", 120_000);
