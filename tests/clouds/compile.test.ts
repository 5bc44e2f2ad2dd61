import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { tempDir } from "../support";
import { type Case, lineOf, programOf, type Wrong } from "./written-programs";

const ROOT = path.resolve(__dirname, "../../..");

// As docs/targets.md shows it.
const TRANSFORM = '{ gpuTemplate: { ebsOptimized: "true" }, vpc: (args, opts) => { opts.import = "vpc-0"; } }';

const COVERED: readonly Case[] = [
  { on: "eks", target: { transform: TRANSFORM } },
  { on: "eks", cluster: { platform: '"kubeflow"' }, gpus: { capacity: 'cloud.capacityBlock("cr-0123")' } },
  { on: "eks", gpus: { accelerator: '"gb200"', instanceType: '"p6e-gb200.36xlarge"', interfaces: '"eight-efa"' } },
  {
    on: "eks",
    intent: "inference",
    cluster: { platform: '"nim"' },
    target: { os: '"amazonlinux"', gpuStack: '"operator-managed"' },
    gpus: { accelerator: '"rtx-pro-6000"', capacity: "cloud.spot()", image: 'cloud.amiRelease("1.36.1-20261105")' },
  },
  { on: "gke", cluster: { platform: '"slurm"' }, gpus: { capacity: 'cloud.reservation("a3-mega")' } },
  { on: "gke", gpus: { accelerator: '"gb200"', machineType: '"a4x-highgpu-4g"' } },
  {
    on: "gke",
    intent: "inference",
    cluster: { platform: '"dynamo"' },
    target: { gpuStack: '"bundle-installer"', access: '{ endpoint: cloud.publicEndpoint("203.0.113.0/28") }' },
    gpus: { accelerator: '"b200"', capacity: "cloud.flexStart()", upgrade: "cloud.blueGreen()" },
  },
  { on: "aks", cluster: { platform: '"kubeflow"' }, gpus: { upgrade: "{ surge: 1 }", zone: '"1"' } },
  {
    on: "aks",
    intent: "inference",
    cluster: { platform: '"nim"' },
    target: { access: '{ endpoint: "public", authorizedRanges: ["203.0.113.0/28"] }', gpuStack: '"operator-managed"' },
    gpus: { accelerator: '"a100"', vmSize: '"Standard_NC24ads_A100_v4"', capacity: "cloud.spot({ maxPrice: 2.5 })" },
  },
  { on: "oke", cluster: { platform: '"kubeflow"', os: '"ubuntu"' }, gpus: { pool: "cloud.clusterNetwork()" } },
  {
    on: "oke",
    intent: "inference",
    cluster: { platform: '"dynamo"' },
    target: { os: '"ol"', access: '{ endpoint: "public", from: ["203.0.113.0/28"] }' },
    gpus: { accelerator: '"l40s"', capacity: 'cloud.hostGroup("ocid1.computehostgroup.oc1.iad.aaaa")' },
  },
];

/** What docs/targets.md leaves to its reader. */
const ACME = `
type AcmeArgs = object;
declare function factsOf(args: AcmeArgs): import("@cairn/sdk").ClusterFacts;
declare class AcmeCluster extends pulumi.ComponentResource {
  constructor(name: string, args: AcmeArgs, opts: pulumi.ComponentResourceOptions);
  readonly kubeconfig: pulumi.Output<string>;
}
import type * as pulumi from "@pulumi/pulumi";
`;

const MIXED = /not assignable|does not exist/;

const WRONG: { readonly [what: string]: Wrong } = {
  "EKS: a region that does not exist": {
    on: "eks",
    target: { region: '"us-west-9"' },
    at: "region",
    says: /us-west-9/,
  },
  "EKS: an accelerator that AWS does not have": {
    on: "eks",
    intent: "none",
    gpus: { accelerator: '"mi300x"' },
    at: "gpus.accelerator",
    says: /mi300x/,
  },
  "EKS: an accelerator without a recipe": { on: "eks", gpus: { accelerator: '"l4"' }, at: "on", says: /l4/ },
  "EKS: an instance type of another accelerator": {
    on: "eks",
    gpus: { instanceType: '"p6-b200.48xlarge"' },
    at: "gpus.instanceType",
    says: /p6-b200/,
  },
  "EKS: an operating system without a recipe for training": {
    on: "eks",
    target: { os: '"amazonlinux"' },
    at: "new",
    says: /os/,
  },
  "EKS: a platform for inference in training": {
    on: "eks",
    cluster: { platform: '"nim"' },
    at: "platform",
    says: /"nim"/,
  },
  "EKS: a driver in an image that has none": {
    on: "eks",
    target: { gpuStack: '"ami-preinstalled"' },
    at: "gpuStack",
    says: /ami-preinstalled/,
  },
  "EKS: a release of Amazon's images on Ubuntu": {
    on: "eks",
    gpus: { image: 'cloud.amiRelease("1.36.1-20261105")' },
    at: "gpus.image",
    says: /ImageRelease/,
  },
  "EKS: a network that is both new and there": {
    on: "eks",
    target: { network: '{ vpcId: "vpc-0", systemSubnetIds: [], gpuSubnetId: "subnet-0", cidr: "10.0.0.0/16" }' },
    at: "network",
    says: MIXED,
  },
  "EKS: a network that is there, without a subnet for GPUs": {
    on: "eks",
    target: { network: '{ vpcId: "vpc-0", systemSubnetIds: [] }' },
    at: "network",
    says: MIXED,
  },
  "EKS: a public endpoint without ranges": {
    on: "eks",
    target: { access: '{ endpoint: "public" }' },
    at: "access",
    says: /public/,
  },
  "EKS: a minor that EKS no longer has": {
    on: "eks",
    target: { kubernetesVersion: '"1.20"' },
    at: "kubernetesVersion",
    says: /1\.20/,
  },
  "GKE: an accelerator that Google does not have": {
    on: "gke",
    intent: "none",
    gpus: { accelerator: '"l40s"' },
    at: "gpus.accelerator",
    says: /l40s/,
  },
  "GKE: an accelerator without a recipe": { on: "gke", gpus: { accelerator: '"l4"' }, at: "on", says: /l4/ },
  "GKE: a machine with another accelerator": {
    on: "gke",
    gpus: { machineType: '"a4-highgpu-8g"' },
    at: "gpus.machineType",
    says: /a4-highgpu-8g/,
  },
  "GKE: an operating system without a recipe": { on: "gke", target: { os: '"ubuntu"' }, at: "os", says: /ubuntu/ },
  "GKE: a driver's owner of another cloud": {
    on: "gke",
    target: { gpuStack: '"azure-managed"' },
    at: "gpuStack",
    says: /azure-managed/,
  },
  "GKE: Google's driver version with the recipe's driver": {
    on: "gke",
    target: { gpuStack: '{ owner: "bundle-installer", driver: "latest" }' },
    at: "gpuStack",
    says: MIXED,
  },
  "GKE: a public endpoint without ranges": {
    on: "gke",
    target: { access: "{ endpoint: cloud.publicEndpoint() }" },
    at: "access",
    says: /at least 1 argument/,
  },
  "GKE: a network that is both new and there": {
    on: "gke",
    target: { network: '{ network: "n", subnetwork: "s", podRange: "p", serviceRange: "v", nat: true }' },
    at: "network",
    says: MIXED,
  },
  "GKE: half a network": { on: "gke", target: { network: '{ network: "n" }' }, at: "network", says: MIXED },
  "GKE: a platform for training in inference": {
    on: "gke",
    intent: "inference",
    cluster: { platform: '"slurm"' },
    at: "platform",
    says: /"slurm"/,
  },
  "AKS: an accelerator that Azure does not have": {
    on: "aks",
    intent: "none",
    gpus: { accelerator: '"b200"' },
    at: "gpus.accelerator",
    says: /b200/,
  },
  "AKS: an accelerator without a recipe": {
    on: "aks",
    gpus: { accelerator: '"rtx-pro-6000"' },
    at: "on",
    says: /rtx-pro-6000/,
  },
  "AKS: a size with another accelerator": {
    on: "aks",
    gpus: { vmSize: '"Standard_ND96isr_H200_v5"' },
    at: "gpus.vmSize",
    says: /H200/,
  },
  "AKS: a platform without a recipe": { on: "aks", cluster: { platform: '"kueue"' }, at: "platform", says: /"kueue"/ },
  "AKS: surge and unavailable nodes": {
    on: "aks",
    gpus: { upgrade: "{ surge: 1, unavailable: 1 }" },
    at: "gpus.upgrade",
    says: MIXED,
  },
  "AKS: a public endpoint without ranges": {
    on: "aks",
    target: { access: '{ endpoint: "public" }' },
    at: "access",
    says: /authorizedRanges/,
  },
  "AKS: a network that is both new and there": {
    on: "aks",
    target: { network: '{ cidr: "10.0.0.0/16", nodeSubnet: "/s/n", apiServerSubnet: "/s/a" }' },
    at: "network",
    says: MIXED,
  },
  "AKS: a way out of a network that is made": {
    on: "aks",
    target: { network: '{ outbound: "route" }' },
    at: "network",
    says: MIXED,
  },
  "AKS: retention in somebody else's workspace": {
    on: "aks",
    target: { logs: '{ workspace: "/s/w", retentionDays: 30 }' },
    at: "logs",
    says: MIXED,
  },
  "AKS: a zone that no region has": { on: "aks", gpus: { zone: '"4"' }, at: "gpus.zone", says: /"4"/ },
  "AKS: two owners of the driver": {
    on: "aks",
    target: { gpuStack: '["azure-managed", "operator-managed"]' },
    at: "gpuStack",
    says: /AksGpuStack/,
  },
  "OKE: a shape of another accelerator": {
    on: "oke",
    gpus: { shape: '"BM.GPU.B200.8"' },
    at: "gpus.shape",
    says: /B200/,
  },
  "OKE: spot machines, which have no GPUs there": {
    on: "oke",
    gpus: { capacity: "cloud.spot()" },
    at: "gpus.capacity",
    says: /'spot' does not exist/,
  },
  "OKE: fabrics on a compute cluster": {
    on: "oke",
    gpus: { pool: '{ kind: "compute-cluster", fabrics: [] }' },
    at: "gpus.pool",
    says: /fabrics/,
  },
  "OKE: a public endpoint without ranges": {
    on: "oke",
    target: { access: '{ endpoint: "public", from: [] }' },
    at: "access",
    says: MIXED,
  },
  "OKE: a network that is there, without subnets": {
    on: "oke",
    target: { network: 'cloud.existingNetwork({ vcnId: "v", cidr: "10.0.0.0/16" })' },
    at: "network",
    says: /subnets/,
  },
  "OKE: a network that is there, without saying so": {
    on: "oke",
    target: {
      network:
        '{ vcnId: "v", cidr: "10.0.0.0/16", ' +
        'subnets: { controlPlane: "a", workers: "b", pods: "c", loadBalancers: "d" } }',
    },
    at: "network",
    says: /existing/,
  },
  "OKE: a network that is both new and there": {
    on: "oke",
    target: {
      network:
        '{ existing: true, vcnId: "v", cidr: "10.0.0.0/16", egress: "nat", ' +
        'subnets: { controlPlane: "a", workers: "b", pods: "c", loadBalancers: "d" } }',
    },
    at: "network",
    says: MIXED,
  },
  "OKE: a platform without a recipe": { on: "oke", cluster: { platform: '"slurm"' }, at: "platform", says: /"slurm"/ },
  "OKE: a cluster that runs something else than its nodes": {
    on: "oke",
    cluster: { os: '"cos"' },
    at: "os",
    says: /"cos"/,
  },
  "OKE: no image": { on: "oke", gpus: { image: undefined }, at: "gpus", says: /image/ },
};

interface CompilerError {
  readonly line: number;
  readonly message: string;
}

/** The first program of a page that has a word. */
function programIn(page: string, word = ""): string {
  const programs = [...fs.readFileSync(path.join(ROOT, page), "utf8").matchAll(/^```ts\n([^]*?)^```$/gm)];
  const program = programs.map(([, text = ""]) => text).find((text) => text.includes(word));
  assert.ok(program, `${page} shows no program`);
  return program;
}

/** Compiles every program at once, as a project that has installed Cairn. The errors by program. */
async function compile(programs: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, CompilerError[]>> {
  const folder = tempDir("compile");
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  for (const [name, text] of Object.entries(programs)) fs.writeFileSync(path.join(folder, name), text);
  const compilerOptions = { target: "ES2022", module: "node16", strict: true, skipLibCheck: true, noEmit: true };
  fs.writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, types: ["node"] }, include: ["*.ts"] }),
  );
  const tsc = require.resolve("typescript/bin/tsc");
  const printed = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    maxBuffer: 1 << 25,
  }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
  const found = new Map<string, CompilerError[]>();
  // What goes on in further lines is indented.
  for (const [, name = "", line = "", message = ""] of printed.matchAll(
    /^(\S+)\((\d+),\d+\): error (TS\d+: .*(?:\n .*)*)/gm,
  ))
    found.set(name, [...(found.get(name) ?? []), { line: Number(line), message }]);
  assert.equal([...found.values()].flat().length, printed.match(/error TS/g)?.length ?? 0, printed);
  return found;
}

describe("a program for a cloud, compiled", function () {
  this.timeout(120_000);
  let errors: ReadonlyMap<string, readonly CompilerError[]>;
  const covered = COVERED.map((each, i) => [`covered-${i}.ts`, programOf(each)] as const);
  const shown = ["README.md", "docs/eks.md", "docs/gke.md", "docs/aks.md", "docs/oke.md"].map(
    (page, i) => [`shown-${i}.ts`, programIn(page)] as const,
  );
  const acme = ["acme.ts", programIn("docs/targets.md", "ClusterTarget") + ACME] as const;
  const wrong = Object.entries(WRONG).map(([what, each], i) => ({
    what,
    ...each,
    file: `wrong-${i}.ts`,
    program: programOf(each),
  }));

  before(async () => {
    const programs = [...covered, ...shown, acme, ...wrong.map(({ file, program }) => [file, program] as const)];
    errors = await compile(Object.fromEntries(programs));
  });

  it("is taken when a recipe covers it", () => {
    for (const [file, program] of covered) assert.deepEqual(errors.get(file) ?? [], [], program);
  });

  it("is taken as the README and the guides show it", () => {
    for (const [file, program] of [...shown, acme]) assert.deepEqual(errors.get(file) ?? [], [], program);
  });

  for (const { what, at, says, file, program } of wrong)
    it(`is refused at ${at} for ${what}`, () => {
      const found = errors.get(file) ?? [];
      const told = `${program}${found.map(({ line, message }) => `${line}: ${message}`).join("\n")}`;
      const lines = new Set(found.map(({ line }) => line));
      assert.deepEqual([...lines], [lineOf(program, at)], told);
      assert.match(found[0]?.message ?? "", says, told);
    });
});
