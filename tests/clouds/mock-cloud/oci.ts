import { type Need, ofType, type Rules } from "./rules";
import { at, type Properties } from "./values";

const cluster = { type: "oci:ContainerEngine/cluster:Cluster" };
const pool = (name: RegExp) => ({ type: "oci:ContainerEngine/nodePool:NodePool", name });
const policy = (name: RegExp) => ({ type: "oci:Identity/policy:Policy", name });

const needs: readonly Need[] = [
  // The services behind a cluster use its key and its network by policies.
  { what: cluster, needs: policy(/-key-policy$/) },
  { what: cluster, needs: policy(/^[^-]+-policy$/) },
  { what: pool(/-/), needs: policy(/-key-policy$/) },
  // Nodes reach the API by what the groups allow.
  { what: pool(/-/), needs: { type: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule" } },
  { what: pool(/-gpus$/), needs: pool(/-system$/) },
  { what: pool(/-gpus$/), needs: { type: "oci:ContainerEngine/addon:Addon", name: /-gpu-plugin$/ } },
];

const ADDED = { "Oracle-Tags.CreatedBy": "somebody", "Oracle-Tags.CreatedOn": "2026-11-21" };

/** Oracle Cloud as far as a GPU cluster on OKE meets it. */
export const oci: Rules = {
  id: (type, name, token) => `ocid1.${type.split(":").at(-1)?.toLowerCase()}.oc1.iad.${name}-${token}`,

  exact: ["freeformTags", "definedTags"],

  outputs: ({ type, token }, { endpoint }) =>
    ofType(type, {
      "oci:Core/vcn:Vcn": { defaultSecurityListId: `ocid1.securitylist.default-${token}` },
      "oci:Kms/vault:Vault": { managementEndpoint: `https://${token}.kms.test` },
      "oci:ContainerEngine/cluster:Cluster": { endpoints: [{ privateEndpoint: endpoint ?? "10.0.161.5:6443" }] },
    }),

  invokes: {
    "oci:Core/getServices:getServices": () => ({
      services: [{ id: "ocid1.service.oc1.iad.aaaa", cidrBlock: "all-iad-services-in-oracle-services-network" }],
    }),
    "oci:ContainerEngine/getClusterKubeConfig:getClusterKubeConfig": (_args, { answers }) => ({
      content: `clusters:\n- cluster:\n    certificate-authority-data: ${answers["authority"] ?? "Q0E="}\n`,
    }),
  },

  // What the tenancy adds, and what comes back in another shape.
  rewrites: ({ type, inputs }) => ({
    ...(inputs["compartmentId"] !== undefined && { definedTags: ADDED }),
    ...ofType(type, {
      "oci:ContainerEngine/cluster:Cluster": {
        clusterPodNetworkOptions: [{ cniType: "OCI_VCN_IP_NATIVE", podNetworkSubnetIds: [] }],
      },
      "oci:ContainerEngine/nodePool:NodePool": {
        nodeConfigDetails: {
          definedTags: ADDED,
          placementConfigs: ((at(inputs, "nodeConfigDetails.placementConfigs") ?? []) as readonly Properties[]).map(
            (placement) => ({ ...placement, faultDomains: ["FAULT-DOMAIN-1"] }),
          ),
        },
      },
    }),
  }),

  createOnly: {
    "oci:ContainerEngine/cluster:Cluster": [
      "compartmentId",
      "vcnId",
      "kmsKeyId",
      "clusterPodNetworkOptions",
      "endpointConfig.subnetId",
      "options.kubernetesNetworkConfig",
      "options.serviceLbSubnetIds",
    ],
    "oci:ContainerEngine/nodePool:NodePool": ["clusterId", "compartmentId", "nodeConfigDetails.computeClusterId"],
    "oci:ContainerEngine/addon:Addon": ["clusterId", "addonName"],
    "oci:Core/computeCluster:ComputeCluster": ["availabilityDomain"],
    "oci:Core/vcn:Vcn": ["dnsLabel"],
    "oci:Core/subnet:Subnet": ["vcnId", "dnsLabel", "prohibitPublicIpOnVnic"],
    "oci:Logging/log:Log": ["logGroupId", "configuration"],
  },

  unique: {
    "oci:ContainerEngine/addon:Addon": ({ clusterId, addonName }) => `${clusterId} ${addonName}`,
  },

  needs,

  cascades: {
    "oci:ContainerEngine/cluster:Cluster": ({ type }) => type.startsWith("kubernetes:") || type.includes("/addon:"),
    "oci:Core/vcn:Vcn": ({ type }) => type.includes("/defaultSecurityList:"),
  },
};
