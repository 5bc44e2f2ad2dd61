import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  AKS,
  AKS_POOL,
  type Case,
  EKS,
  GKE,
  GKE_POOL,
  gpuTaint,
  h100,
  INSTANCES,
  NODE_GROUP,
  OKE,
  OKE_POOL,
  TEMPLATE,
  UNKNOWN_STRING,
  violations,
} from "./support.test";

/** Each: what a policy refuses, with its message, and the like of it that passes. */
const CASES: readonly (Case & { readonly refused: RegExp; readonly passes: object })[] = [
  {
    policy: "private-endpoint",
    type: EKS,
    props: { vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: true } },
    refused: /^Cluster "main": the API server answers the whole internet \(vpcConfig\.publicAccessCidrs\); set .*false/,
    passes: {
      vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["192.0.2.0/24"] },
    },
  },
  {
    policy: "private-endpoint",
    type: EKS,
    props: { vpcConfig: { endpointPrivateAccess: true, publicAccessCidrs: ["192.0.2.0/24", "0.0.0.0/0"] } },
    refused: /answers the whole internet/,
    passes: { vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false } },
  },
  {
    policy: "private-endpoint",
    type: EKS,
    props: { vpcConfig: { endpointPublicAccess: false } },
    refused: /no private endpoint \(vpcConfig\.endpointPrivateAccess\)/,
    passes: { vpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true } },
  },
  {
    policy: "private-endpoint",
    type: EKS,
    config: { endpoint: "private" },
    props: {
      vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["192.0.2.0/24"] },
    },
    refused: /the API server has a public endpoint/,
    passes: { vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false } },
  },
  {
    policy: "private-endpoint",
    type: EKS,
    props: { vpcConfig: { endpointPrivateAccess: true, publicAccessCidrs: [UNKNOWN_STRING] } },
    refused: /who may reach the API server is not known before `up`/,
    passes: { vpcConfig: { endpointPrivateAccess: true, publicAccessCidrs: ["192.0.2.1/32"] } },
  },
  {
    policy: "private-endpoint",
    type: GKE,
    props: { privateClusterConfig: { enablePrivateNodes: true } },
    refused: /answers the whole internet/,
    passes: { privateClusterConfig: { enablePrivateEndpoint: true } },
  },
  {
    policy: "private-endpoint",
    type: GKE,
    props: { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] } },
    refused: /answers the whole internet/,
    passes: { controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } } },
  },
  {
    policy: "private-endpoint",
    type: "azure-native:containerservice/v20250901:ManagedCluster",
    props: { apiServerAccessProfile: {} },
    refused: /answers the whole internet \(apiServerAccessProfile\.authorizedIPRanges\)/,
    passes: { apiServerAccessProfile: { enablePrivateCluster: true } },
  },
  {
    policy: "private-endpoint",
    type: OKE,
    props: { endpointConfig: { isPublicIpEnabled: true } },
    refused: /answers the whole internet/,
    passes: { endpointConfig: { isPublicIpEnabled: false } },
  },
  {
    policy: "encryption-at-rest",
    type: EKS,
    props: { encryptionConfig: { resources: ["secrets"] } },
    refused: /not encrypted with a key of yours \(encryptionConfig\.provider\.keyArn\)/,
    passes: { encryptionConfig: { provider: { keyArn: UNKNOWN_STRING } } },
  },
  {
    policy: "encryption-at-rest",
    type: TEMPLATE,
    props: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { ebs: {} }] },
    refused: /volume is not encrypted \(blockDeviceMappings\[1\]\.ebs\.encrypted\)/,
    passes: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }] },
  },
  {
    policy: "encryption-at-rest",
    type: GKE,
    props: { databaseEncryption: { state: "DECRYPTED", keyName: "k" } },
    refused: /databaseEncryption\.state/,
    passes: { databaseEncryption: { state: "ENCRYPTED", keyName: UNKNOWN_STRING } },
  },
  {
    policy: "encryption-at-rest",
    type: AKS,
    props: {},
    refused: /securityProfile\.azureKeyVaultKms\.enabled/,
    passes: { securityProfile: { azureKeyVaultKms: { enabled: true } } },
  },
  {
    policy: "encryption-at-rest",
    type: AKS_POOL,
    props: {},
    refused: /temporary disks/,
    passes: { enableEncryptionAtHost: true },
  },
  {
    policy: "encryption-at-rest",
    type: OKE,
    props: {},
    refused: /name a Vault key/,
    passes: { kmsKeyId: UNKNOWN_STRING },
  },
  {
    policy: "metadata-service",
    type: TEMPLATE,
    props: { metadataOptions: { httpTokens: "optional" } },
    refused: /IMDSv1.*metadataOptions\.httpTokens/,
    passes: { metadataOptions: { httpTokens: "required" } },
  },
  {
    policy: "metadata-service",
    type: GKE_POOL,
    props: { nodeConfig: {} },
    refused: /node's own credentials/,
    passes: { nodeConfig: { workloadMetadataConfig: { mode: "GKE_METADATA" } } },
  },
  {
    policy: "metadata-service",
    type: INSTANCES,
    props: { instanceDetails: { launchDetails: {} } },
    refused: /first version/,
    passes: { instanceDetails: { launchDetails: { instanceOptions: { areLegacyImdsEndpointsDisabled: true } } } },
  },
  {
    policy: "no-public-node-address",
    type: TEMPLATE,
    props: { networkInterfaces: [{}, { associatePublicIpAddress: "true" }] },
    refused: /networkInterfaces\[1\]\.associatePublicIpAddress/,
    passes: { networkInterfaces: [{}] },
  },
  {
    policy: "no-public-node-address",
    type: GKE,
    props: {},
    refused: /privateClusterConfig\.enablePrivateNodes/,
    passes: { privateClusterConfig: { enablePrivateNodes: true } },
  },
  {
    policy: "no-public-node-address",
    type: GKE_POOL,
    props: { networkConfig: { enablePrivateNodes: false } },
    refused: /this pool get public addresses/,
    passes: { networkConfig: {} },
  },
  {
    policy: "no-public-node-address",
    type: AKS_POOL,
    props: { enableNodePublicIP: true },
    refused: /public addresses/,
    passes: {},
  },
  {
    policy: "no-public-node-address",
    type: INSTANCES,
    props: { instanceDetails: { launchDetails: { createVnicDetails: {} } } },
    refused: /assignPublicIp/,
    passes: { instanceDetails: { launchDetails: { createVnicDetails: { assignPublicIp: false } } } },
  },
  {
    policy: "single-zone-fabric",
    type: NODE_GROUP,
    props: { ...gpuTaint, subnetIds: [UNKNOWN_STRING, UNKNOWN_STRING] },
    refused: /spans zones.*name one subnet/,
    passes: { ...gpuTaint, subnetIds: [UNKNOWN_STRING] },
  },
  {
    policy: "single-zone-fabric",
    type: NODE_GROUP,
    props: { instanceTypes: ["p5.48xlarge"], subnetIds: ["a", "b"] },
    refused: /spans zones/,
    passes: { instanceTypes: ["m7i.xlarge"], subnetIds: ["a", "b"] },
  },
  {
    policy: "single-zone-fabric",
    type: GKE_POOL,
    props: { nodeConfig: h100, nodeLocations: ["us-east5-a", "us-east5-b"] },
    refused: /spans zones/,
    passes: { nodeConfig: h100, nodeLocations: ["us-east5-a"] },
  },
  {
    policy: "single-zone-fabric",
    type: AKS_POOL,
    props: { vmSize: "Standard_ND96isr_H100_v5", availabilityZones: ["1", "2"] },
    refused: /InfiniBand spans zones/,
    passes: { vmSize: "Standard_ND96isr_H100_v5" },
  },
  {
    policy: "single-zone-fabric",
    type: OKE_POOL,
    props: { nodeShape: "BM.GPU.H100.8", nodeConfigDetails: { placementConfigs: [{}, {}] } },
    refused: /spans availability domains/,
    passes: { nodeShape: "VM.Standard.E5.Flex", nodeConfigDetails: { placementConfigs: [{}, {}] } },
  },
  {
    policy: "deletion-protection",
    type: EKS,
    props: {},
    refused: /deletionProtection/,
    passes: { deletionProtection: true },
  },
  {
    policy: "deletion-protection",
    type: GKE,
    props: { deletionProtection: UNKNOWN_STRING },
    refused: /is not known before `up`/,
    passes: { deletionProtection: true },
  },
];

describe("a policy for GPU clusters", () => {
  for (const { refused, passes, ...test } of CASES) {
    const what = `${test.policy} on ${test.type.split(":").at(-1)}: ${refused.source.slice(0, 60)}`;
    it(what, async () => {
      const [message, ...more] = await violations(test);
      assert.match(message ?? "", refused);
      assert.deepEqual(more, []);
      assert.deepEqual(await violations({ ...test, props: passes }), []);
    });
  }

  it("takes Pulumi's protection where a cloud has none of its own", async () => {
    for (const type of [AKS, OKE]) {
      const [message] = await violations({ policy: "deletion-protection", type, props: {} });
      assert.match(message ?? "", /set Pulumi's option protect/);
      assert.deepEqual(await violations({ policy: "deletion-protection", type, props: {}, protect: true }), []);
    }
  });

  it("says nothing about other resources, whatever they are called", async () => {
    for (const type of ["aws:s3/bucket:Bucket", "constructor", "__proto__"])
      assert.deepEqual(await violations({ policy: "private-endpoint", type, props: {} }), []);
  });

  it("lets an exempt resource through until the day it names", async () => {
    const entry = { resource: "main", reason: "migration", link: "https://example.com/7" };
    const test = { policy: "deletion-protection", type: EKS, props: {} };
    const exempted = (expires: string) => violations({ ...test, config: { exemptions: [{ ...entry, expires }] } });
    assert.deepEqual(await exempted("2026-11-21"), []);
    assert.match((await exempted("2026-11-20"))[0] ?? "", /Its exemption expired on 2026-11-20 \(migration, https/);
  });

  it("reports every mistake in its configuration", async () => {
    const config = { endpoint: "open", largePool: 0, extra: 1, exemptions: [{ resource: "main" }] };
    await assert.rejects(violations({ policy: "private-endpoint", type: EKS, props: {}, config }), (error: Error) => {
      for (const path of ["endpoint", "largePool", "exemptions.0.reason", "exemptions.0.link", "exemptions.0.expires"])
        assert.match(error.message, new RegExp(`private-endpoint\\.${path.replaceAll(".", "\\.")}: `));
      return true;
    });
  });
});
