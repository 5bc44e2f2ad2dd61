/* eslint-disable @typescript-eslint/no-explicit-any -- a forged statement has no type */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { digestOf } from "../oci";
import { recipeDigest, type Recipe } from "../recipe";
import { signStatement, type Signer } from "../sigstore";
import { emitEvidence, type EvidenceInput } from "./emit";
import { bundleArtifact, FILES } from "./format";
import { loadFromDirectory } from "./source";
import { type Verdict } from "./verdict";
import { verifyEvidence, type VerifyOptions } from "./verify";

/** When the fixture's evidence is made, unless a test says otherwise. */
export const NOW = new Date("2027-01-15T12:00:00Z");

const hex = (digit: string): string => `sha256:${digit.repeat(64)}`;

export const RECIPE: Recipe = {
  apiVersion: "cairn.dev/v1",
  kind: "RecipeResult",
  metadata: { version: "test", appliedOverlays: [] },
  criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  constraints: [{ name: "K8s.server.version", value: ">= 1.34" }],
  componentRefs: [
    {
      name: "gpu-simulator",
      type: "Helm",
      namespace: "gpu-simulator",
      chart: "gpu-simulator",
      source: "oci://registry.cairn.test/charts",
      version: "0.1.0",
      values: { replicas: 1 },
      dependencyRefs: [],
      preManifests: [],
      manifests: [],
      expectedResources: [],
      hooks: {},
      nodeScheduling: {},
    },
  ],
  deploymentOrder: ["gpu-simulator"],
  validation: {
    deployment: { constraints: [], checks: ["expected-resources"] },
    conformance: { constraints: [], checks: ["dra-support"] },
  },
};

export const LOCK = stringify({
  apiVersion: "cairn.dev/v1",
  kind: "Lock",
  recipe: { digest: recipeDigest(RECIPE), criteria: RECIPE.criteria },
  kubernetes: { version: "1.36.1", apiVersions: [] },
  helm: "3.21.4",
  charts: {
    "gpu-simulator": {
      source: "oci://registry.cairn.test/charts",
      chart: "gpu-simulator",
      version: "0.1.0",
      archive: hex("c"),
    },
  },
  kustomizations: {
    crds: {
      source: "https://git.example.com/crds",
      path: "base",
      tag: "v1.0.0",
      commit: "d".repeat(40),
      archive: hex("e"),
    },
  },
  images: [
    {
      reference: "registry.cairn.test/demo/simulator:1",
      digest: hex("a"),
      platforms: { "linux/amd64": hex("b") },
      components: ["gpu-simulator"],
      signature: { status: "none" },
    },
  ],
  exemptions: [],
});

export const SNAPSHOT = JSON.stringify({
  identity: "5d4f6c1e-0000-4000-8000-000000000000",
  tier: "simulated",
  kubernetes: { version: "1.36.1" },
  nodes: [{ nodes: 4, ready: 4 }],
});

interface TestCase {
  readonly name: string;
  readonly status?: string;
  readonly tier?: string;
}

/** A CTRF report whose summary is right, unless `summary` says otherwise. */
export function ctrf(tests: readonly TestCase[], summary: Readonly<Record<string, number>> = {}): string {
  const count = (status: string): number => tests.filter((t) => (t.status ?? "passed") === status).length;
  const totals = Object.fromEntries(["passed", "failed", "skipped", "pending", "other"].map((s) => [s, count(s)]));
  return JSON.stringify({
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    results: {
      tool: { name: "cairn" },
      summary: { tests: tests.length, ...totals, start: 0, stop: 1, ...summary },
      tests: tests.map(({ name, status = "passed", tier = "simulated" }) => ({
        name,
        status,
        duration: 1,
        type: "check",
        extra: { tier },
      })),
    },
  });
}

export const INPUT: EvidenceInput = {
  recipe: RECIPE,
  lock: LOCK,
  snapshot: SNAPSHOT,
  results: {
    deployment: ctrf([{ name: "expected-resources" }]),
    conformance: ctrf([{ name: "dra-support" }, { name: "gang-scheduling", status: "skipped" }]),
  },
  now: NOW,
};

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** One key for all tests, without the key file whose opening takes its time on purpose. */
export const signer: Signer = {
  publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
  sign: (bytes) => Promise.resolve(sign("sha256", bytes, privateKey)),
};

/** Runs `use` with a fresh directory that is removed afterwards. */
export async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "cairn-evidence-"));
  try {
    await use(join(root, "bundle"));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Makes the statement say what the forged files say, so that only what they contradict themselves in gives them away. */
function agreeWith(files: ReadonlyMap<string, Buffer>, predicate: any): void {
  const bytes = (path: string): Buffer => files.get(path) ?? Buffer.alloc(0);
  predicate.lock.digest = digestOf(bytes(FILES.lock));
  predicate.bom.digest = digestOf(bytes(FILES.bom));
  for (const phase of Object.keys(predicate.phases)) {
    const report = bytes(`ctrf/${phase}.json`);
    if (report.length === 0) continue;
    const { tests, passed, failed, skipped, pending, other } = JSON.parse(report.toString()).results.summary;
    predicate.phases[phase] = { ctrf: digestOf(report), tests, passed, failed, skipped, pending, other };
  }
}

interface Forgery {
  /** Changes the files before they are listed and signed. */
  readonly files?: (files: Map<string, Buffer>) => void;
  readonly predicate?: (predicate: any) => void;
  readonly statement?: (statement: any) => void;
}

/**
 * Writes evidence that is properly listed and signed, but says what the forger wants: what a signer could do who has the trusted key and
 * bad intentions, or a bug.
 */
export async function forge(directory: string, forgery: Forgery): Promise<void> {
  await emitEvidence(INPUT, directory);
  const { files: emitted, statement: text } = await loadFromDirectory(directory);
  const files = new Map(emitted);
  forgery.files?.(files);
  const artifact = bundleArtifact(files);
  const statement = JSON.parse(text?.toString() ?? "");
  statement.subject = [{ digest: { sha256: artifact.descriptor.digest.slice("sha256:".length) } }];
  agreeWith(files, statement.predicate);
  forgery.predicate?.(statement.predicate);
  forgery.statement?.(statement);
  const written: Readonly<Record<string, string | Buffer>> = {
    ...Object.fromEntries(files),
    [FILES.manifest]: artifact.bytes,
    [FILES.statement]: JSON.stringify(statement),
    [FILES.bundle]: await signStatement(statement, signer),
  };
  await rm(directory, { recursive: true });
  await mkdir(join(directory, "ctrf"), { recursive: true });
  for (const [path, bytes] of Object.entries(written)) await writeFile(join(directory, path), bytes);
}

/** A verdict under the policy that the fixture's signer is trusted. */
export const verify = (source: string, options: Partial<VerifyOptions> = {}): Promise<Verdict> =>
  verifyEvidence(source, { policy: { kind: "keys", keys: [signer.publicKey] }, now: NOW, ...options });

/** The first step that did not pass, and why. */
export const refusal = (verdict: Verdict): string => {
  const step = verdict.steps.find(({ status }) => status !== "verified");
  return step === undefined ? "none" : `${step.name}: ${step.code}`;
};

/** Changes a JSON document. */
export const json = (change: (value: any) => void) => (bytes: Buffer | undefined) => {
  const value = JSON.parse(bytes?.toString() ?? "");
  change(value);
  return Buffer.from(JSON.stringify(value));
};
