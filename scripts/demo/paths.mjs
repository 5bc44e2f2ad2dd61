// Where the demo keeps its things. Everything is under the repository, nothing in the user's home.
import { mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

// Tests play the demo on copies of the examples.
const stage = process.env.CAIRN_DEMO_STAGE ?? root;
export const demoDir = join(stage, ".cairn", "demo");
export const project = join(stage, "examples", "local-training");
export const unsignedProject = join(stage, "examples", "unsigned-image");
export const policyPack = join(root, "policy-packs", "supply-chain");
export const lockFile = join(project, "cairn.lock.yaml");
export const pointerFile = join(project, "evidence.yaml");
export const bundleDir = join(project, ".cairn", "evidence", "demo");
export const kubeconfig = join(project, ".cairn", "clusters", "dev-demo", "kubeconfig");
export const tamperedDir = join(demoDir, "tampered");
export const privateKey = join(demoDir, "demo.key");
export const publicKey = join(demoDir, "demo.pub");
export const passphraseFile = join(demoDir, "passphrase");
export const envFile = join(demoDir, "env");

mkdirSync(demoDir, { recursive: true, mode: 0o700 });

/** As a person in the repository would write it. */
export const shown = (path) => relative(root, path);
