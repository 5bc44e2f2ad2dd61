import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  AKS,
  AKS_POOL,
  type Case,
  GKE,
  GKE_POOL,
  gpuTaint,
  h100,
  INSTANCES,
  NODE_GROUP,
  OKE_POOL,
  type StackCase,
  stackViolations,
  TEMPLATE,
  UNKNOWN_STRING,
  violations,
} from "./support.test";

const nd = { vmSize: "Standard_ND96isr_H100_v5" };
const kms = { securityProfile: { azureKeyVaultKms: { enabled: true } } };
const cluster = { privateClusterConfig: { enablePrivateNodes: true } };
const guarded = { nodeConfig: { workloadMetadataConfig: { mode: "GKE_METADATA" } } };
const launch = (launchDetails: object) => ({ instanceDetails: { launchDetails } });

/** Each: what a policy refuses, with its message, and the like of it that passes. */
const CASES: readonly (Case & { readonly what: string; readonly refused: RegExp; readonly passes: object })[] = [
  {
    what: "an AKS pool inside its cluster, with public addresses",
    policy: "no-public-node-address",
    type: AKS,
    props: { agentPoolProfiles: [{}, { enableNodePublicIP: true }] },
    refused: /public addresses \(agentPoolProfiles\[1\]\.enableNodePublicIP\)/,
    passes: { agentPoolProfiles: [{}, { enableNodePublicIP: false }] },
  },
  {
    what: "an AKS pool inside its cluster, without encryption at host",
    policy: "encryption-at-rest",
    type: AKS,
    props: { ...kms, agentPoolProfiles: [{ name: "gpus" }] },
    refused: /temporary disks .*\(agentPoolProfiles\[0\]\.enableEncryptionAtHost\)/,
    passes: { ...kms, agentPoolProfiles: [{ enableEncryptionAtHost: true }] },
  },
  {
    what: "an AKS pool inside its cluster, in two zones",
    policy: "single-zone-fabric",
    type: "azure-native:containerservice/v20250901:ManagedCluster",
    props: { agentPoolProfiles: [{ ...nd, availabilityZones: ["1", "2"] }] },
    refused: /InfiniBand spans zones.*\(agentPoolProfiles\[0\]\.availabilityZones\)/,
    passes: { agentPoolProfiles: [{ vmSize: "Standard_D8s_v6", availabilityZones: ["1", "2"] }] },
  },
  {
    what: "a size of AKS that is not known, in two zones",
    policy: "single-zone-fabric",
    type: AKS_POOL,
    props: { vmSize: UNKNOWN_STRING, availabilityZones: ["1", "2"] },
    refused: /which machines it has is not known before `up`.*\(vmSize\); name one zone at most/,
    passes: { vmSize: UNKNOWN_STRING, availabilityZones: ["1"] },
  },
  {
    what: "an address that AKS may give",
    policy: "no-public-node-address",
    type: AKS_POOL,
    props: { enableNodePublicIP: UNKNOWN_STRING },
    refused: /is not known before `up`.*\(enableNodePublicIP\)/,
    passes: { enableNodePublicIP: false },
  },
  {
    what: "an address that EC2 may give",
    policy: "no-public-node-address",
    type: TEMPLATE,
    props: { networkInterfaces: [{ associatePublicIpAddress: UNKNOWN_STRING }] },
    refused: /is not known before `up`.*networkInterfaces\[0\]\.associatePublicIpAddress/,
    passes: { networkInterfaces: [{ associatePublicIpAddress: "false" }] },
  },
  {
    what: "an address that GKE may give",
    policy: "no-public-node-address",
    type: GKE,
    props: { ...cluster, nodePools: [{ networkConfig: { enablePrivateNodes: UNKNOWN_STRING } }] },
    refused: /is not known before `up`.*nodePools\[0\]\.networkConfig\.enablePrivateNodes/,
    passes: { ...cluster, nodePools: [{ networkConfig: { enablePrivateNodes: true } }, {}] },
  },
  {
    what: "a GKE pool inside its cluster, with the node's credentials",
    policy: "metadata-service",
    type: GKE,
    props: { nodePools: [guarded, { nodeConfig: {} }] },
    refused: /node's own credentials .*\(nodePools\[1\]\.nodeConfig\.workloadMetadataConfig\.mode\)/,
    passes: { nodePools: [guarded] },
  },
  {
    what: "a GKE cluster that keeps its default pool",
    policy: "metadata-service",
    type: GKE,
    props: { nodeConfig: { machineType: "e2-standard-4" } },
    refused: /node's own credentials .*\(nodeConfig\.workloadMetadataConfig\.mode\)/,
    passes: { nodeConfig: { machineType: "e2-standard-4" }, removeDefaultNodePool: true },
  },
  {
    what: "a GKE pool inside its cluster, in the zones of the cluster",
    policy: "single-zone-fabric",
    type: GKE,
    props: { nodeLocations: ["us-east5-a", "us-east5-b"], nodePools: [{ nodeConfig: h100 }] },
    refused: /spans zones.*\(nodePools\[0\]\.nodeLocations\)/,
    passes: { nodeLocations: ["us-east5-a"], nodePools: [{ nodeConfig: h100 }] },
  },
  {
    what: "a machine of GKE that brings its GPUs unnamed",
    policy: "single-zone-fabric",
    type: GKE_POOL,
    props: { nodeConfig: { machineType: "a4x-highgpu-4g" }, nodeLocations: ["a", "b"] },
    refused: /spans zones/,
    // One GPU, and no network of its own (gcp-machines.yaml).
    passes: { nodeConfig: { machineType: "a3-highgpu-1g" }, nodeLocations: ["a", "b"] },
  },
  {
    what: "a volume of EC2 that nobody described",
    policy: "encryption-at-rest",
    type: TEMPLATE,
    props: { instanceType: "p5.48xlarge" },
    refused: /volume is not encrypted \(blockDeviceMappings\); name the root device/,
    passes: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }] },
  },
  {
    what: "a group of EKS without a template, and its disk",
    policy: "encryption-at-rest",
    type: NODE_GROUP,
    props: { diskSize: 200 },
    refused: /volume is not encrypted \(launchTemplate\); make a launch template/,
    passes: { launchTemplate: { id: UNKNOWN_STRING } },
  },
  {
    what: "a group of EKS without a template, and its metadata",
    policy: "metadata-service",
    type: NODE_GROUP,
    props: {},
    refused: /ask for a token \(IMDSv2\) \(launchTemplate\); make a launch template/,
    passes: { launchTemplate: UNKNOWN_STRING },
  },
  {
    what: "a boot volume that joins OKE by itself",
    policy: "encryption-at-rest",
    type: INSTANCES,
    props: launch({ sourceDetails: { sourceType: "image" } }),
    refused: /boot volumes are not encrypted with a key of yours .*sourceDetails\.kmsKeyId/,
    passes: launch({ sourceDetails: { kmsKeyId: UNKNOWN_STRING } }),
  },
  {
    what: "an instance type of EKS without a fabric, in two zones",
    policy: "single-zone-fabric",
    type: NODE_GROUP,
    props: { ...gpuTaint, instanceTypes: ["p4d.24xlarge"], subnetIds: ["a", "b"] },
    refused: /its fabric does not/,
    passes: { ...gpuTaint, instanceTypes: ["g4dn.xlarge"], subnetIds: ["a", "b"] },
  },
  {
    what: "a shape of OKE without a fabric, in two availability domains",
    policy: "single-zone-fabric",
    type: OKE_POOL,
    props: { nodeShape: "BM.GPU.B200.8", nodeConfigDetails: { placementConfigs: [{}, {}] } },
    refused: /its fabric does not/,
    passes: { nodeShape: "BM.GPU.L40S.4", nodeConfigDetails: { placementConfigs: [{}, {}] } },
  },
];

describe("a pool, wherever it is written and whatever is known of it", () => {
  for (const { what, refused, passes, ...test } of CASES)
    it(`${what} (${test.policy})`, async () => {
      const [message, ...more] = await violations(test);
      assert.match(message ?? "", refused);
      assert.deepEqual(more, []);
      assert.deepEqual(await violations({ ...test, props: passes }), []);
    });
});

describe("a node group of EKS beside its launch template", () => {
  const group = (template: object, props: object = {}): StackCase => ({
    type: NODE_GROUP,
    props: { launchTemplate: { id: UNKNOWN_STRING }, subnetIds: [UNKNOWN_STRING, UNKNOWN_STRING], ...props },
    template,
  });
  const cases: readonly (readonly [what: string, StackCase, refused?: RegExp])[] = [
    ["a P5 of the template, without the taint", group({ instanceType: "p5.48xlarge" }), /its fabric does not/],
    ["a type that is not known", group({ instanceType: UNKNOWN_STRING }), /which machines it has is not known/],
    [
      "EFA that the template asks for",
      group({ instanceType: "g7e.48xlarge", networkInterfaces: [{ interfaceType: "efa-only" }] }),
      /its fabric does not/,
    ],
    ["a P5 in one subnet", group({ instanceType: "p5.48xlarge" }, { subnetIds: [UNKNOWN_STRING] })],
    ["GPUs without a fabric", group({ instanceType: "g6.xlarge" }, gpuTaint)],
    ["a known type under taints that are not", group({ instanceType: "m7i.xlarge" }, { taints: UNKNOWN_STRING })],
  ];
  for (const [what, pool, refused] of cases)
    it(`${what}: ${refused === undefined ? "passes" : "refused"}`, async () => {
      const [message, ...more] = await stackViolations("single-zone-fabric", [pool]);
      assert.deepEqual(more, []);
      if (refused === undefined) assert.equal(message, undefined);
      else assert.match(message ?? "", refused);
      // By itself the group does not tell: it is judged once.
      const { policy, type, props } = { ...pool, policy: "single-zone-fabric" };
      assert.deepEqual(await violations({ policy, type, props }), []);
    });

  it("is judged by itself where it names its machines", async () => {
    const props = { instanceTypes: ["p5.48xlarge"], launchTemplate: { id: "lt-1" }, subnetIds: ["a", "b"] };
    const test = { policy: "single-zone-fabric", type: NODE_GROUP, props };
    assert.equal((await violations(test)).length, 1);
    assert.deepEqual(await stackViolations(test.policy, [test]), []);
  });
});

describe("a node group of EKS beside its subnets", () => {
  const subnet = (name: string, mapPublicIpOnLaunch: unknown): StackCase => ({
    type: "aws:ec2/subnet:Subnet",
    name,
    props: { mapPublicIpOnLaunch },
  });
  const group = (named: number, subnets: readonly StackCase[], template: object = {}): StackCase => ({
    type: NODE_GROUP,
    props: { subnetIds: Array.from({ length: named }, () => UNKNOWN_STRING) },
    template,
    sources: { subnetIds: subnets },
  });
  const off = { networkInterfaces: [{ associatePublicIpAddress: "false" }] };
  const cases: readonly (readonly [what: string, StackCase, passes: boolean])[] = [
    ["one that hands out addresses", group(1, [subnet("open", true)]), false],
    ["one that may", group(1, [subnet("open", UNKNOWN_STRING)]), false],
    ["one of two that does", group(2, [subnet("open", true), subnet("closed", false)]), false],
    ["one that does not", group(1, [subnet("closed", false)]), true],
    ["interfaces that refuse one", group(1, [subnet("open", true)], off), true],
    ["a network whose private ones it may have", group(1, [subnet("open", true), subnet("closed", false)]), true],
  ];
  for (const [what, pool, passes] of cases)
    it(`${what}: ${passes ? "passes" : "refused"}`, async () => {
      const found = await stackViolations("no-public-node-address", [pool]);
      assert.equal(found.length, passes ? 0 : 1);
      if (!passes)
        assert.match(found[0] ?? "", /from their subnet \(mapPublicIpOnLaunch of "open"\) \(subnetIds\); set/);
    });
});
