// Oracle Cloud as far as a GPU cluster on OKE meets it.

exports.id = (type, name, token) => `ocid1.${type.split(":").at(-1).toLowerCase()}.oc1.iad.${name}-${token}`;

/** Tags are compared key by key: one that the tenancy adds is a change. */
exports.exact = ["freeformTags", "definedTags"];

exports.outputs = (type, { token, answers }) =>
  ({
    "oci:Core/vcn:Vcn": { defaultSecurityListId: `ocid1.securitylist.default-${token}` },
    "oci:Kms/vault:Vault": { managementEndpoint: `https://${token}.kms.test` },
    "oci:ContainerEngine/cluster:Cluster": {
      endpoints: [{ privateEndpoint: answers.endpoint ?? "10.0.161.5:6443" }],
    },
  })[type] ?? {};

exports.invokes = {
  "oci:Core/getServices:getServices": () => ({
    services: [{ id: "ocid1.service.oc1.iad.aaaa", cidrBlock: "all-iad-services-in-oracle-services-network" }],
  }),
  "oci:ContainerEngine/getClusterKubeConfig:getClusterKubeConfig": (_inputs, store) => ({
    content: `clusters:\n- cluster:\n    certificate-authority-data: ${store.answers().authority ?? "Q0E="}\n`,
  }),
};

const ADDED = { "Oracle-Tags.CreatedBy": "somebody", "Oracle-Tags.CreatedOn": "2026-11-21" };

/** What the tenancy adds, and what comes back in another shape. */
exports.rewrites = ({ type, inputs }) => ({
  ...(inputs.compartmentId !== undefined && { definedTags: ADDED }),
  ...{
    "oci:ContainerEngine/cluster:Cluster": {
      clusterPodNetworkOptions: [{ cniType: "OCI_VCN_IP_NATIVE", podNetworkSubnetIds: [] }],
    },
    "oci:ContainerEngine/nodePool:NodePool": {
      nodeConfigDetails: {
        definedTags: ADDED,
        placementConfigs: (inputs.nodeConfigDetails?.placementConfigs ?? []).map((placement) => ({
          ...placement,
          faultDomains: ["FAULT-DOMAIN-1"],
        })),
      },
    },
  }[type],
});

exports.createOnly = {
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
};

exports.unique = {
  "oci:ContainerEngine/addon:Addon": ({ clusterId, addonName }) => `${clusterId} ${addonName}`,
};

const cluster = { type: "oci:ContainerEngine/cluster:Cluster" };
const pool = (name) => ({ type: "oci:ContainerEngine/nodePool:NodePool", name });
const policy = (name) => ({ type: "oci:Identity/policy:Policy", name });

exports.needs = [
  // The services behind a cluster use its key and its network by policies.
  { what: cluster, needs: policy(/-key-policy$/) },
  { what: cluster, needs: policy(/train-policy$/) },
  { what: pool(/-/), needs: policy(/-key-policy$/) },
  // Nodes reach the API by what the groups allow.
  { what: pool(/-/), needs: { type: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule" } },
  { what: pool(/-gpus$/), needs: pool(/-system$/) },
  { what: pool(/-gpus$/), needs: { type: "oci:ContainerEngine/addon:Addon", name: /-gpu-plugin$/ } },
];

exports.cascades = {
  "oci:ContainerEngine/cluster:Cluster": ({ type }) => type.startsWith("kubernetes:") || type.includes("/addon:"),
  "oci:Core/vcn:Vcn": ({ type }) => type.includes("/defaultSecurityList:"),
};
