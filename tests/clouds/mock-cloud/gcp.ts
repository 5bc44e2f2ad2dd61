import { type Need, ofType, type Refusal, type Request, type Rules } from "./rules";
import { at, type Properties } from "./values";

const cluster = { type: "gcp:container/cluster:Cluster" };
const system = { type: "gcp:container/nodePool:NodePool", name: /-system$/ };
const gpus = { type: "gcp:container/nodePool:NodePool", name: /-gpus$/ };
/** A pool with further networks. */
const networked = { ...gpus, has: "networkConfig.additionalNodeNetworkConfigs" };
const member = (name: RegExp) => ({ type: "gcp:projects/iAMMember:IAMMember", name });

const needs: readonly Need[] = [
  // Encryption asks for the key with Google's own accounts, and nodes get out through NAT with their own.
  { what: cluster, needs: { type: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", name: /-key-gke$/ } },
  { what: cluster, needs: { type: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", name: /-key-compute$/ } },
  { what: cluster, needs: { type: "gcp:compute/routerNat:RouterNat" } },
  { what: cluster, needs: member(/-node-default-node$/) },
  { what: cluster, needs: member(/-node-artifact-reader$/) },
  // A pool of GPUs alone gets no taint, and one with further networks waits for their objects and what lets traffic in.
  { what: gpus, needs: system },
  { what: networked, needs: { type: "gcp:compute/firewall:Firewall", name: /-gpu-nic-0-internal$/ } },
  { what: networked, needs: { type: "gcp:compute/firewall:Firewall", name: /-gpu-nic-7-internal$/ } },
  { what: networked, needs: { type: "kubernetes:networking.gke.io/v1:Network", name: /-nic-0$/ } },
  { what: networked, needs: { type: "kubernetes:networking.gke.io/v1:Network", name: /-nic-7$/ } },
  // The project's pool of identities comes with its first cluster.
  { what: member(/-topograph$/), needs: cluster, stays: true },
];

function refuseRanges({ inputs, find }: Request): Refusal {
  const { network, subnetwork } = inputs;
  const subnet = find(subnetwork)?.inputs ?? {};
  if (subnet["network"] !== network) return `${subnetwork} is not in ${network}`;
  const known = ((subnet["secondaryIpRanges"] ?? []) as readonly Properties[]).map(({ rangeName }) => rangeName);
  const wanted = ["clusterSecondaryRangeName", "servicesSecondaryRangeName"].map((field) =>
    at(inputs, `ipAllocationPolicy.${field}`),
  );
  const missing = wanted.find((name) => !known.includes(name));
  return missing !== undefined && `${subnetwork} has no range ${missing}`;
}

function refuseReservation({ inputs, find }: Request): Refusal {
  const name = at(inputs, "nodeConfig.reservationAffinity.values[0]");
  if (name === undefined) return undefined;
  // One of the cluster's own project goes by its name alone.
  const id = String(name).includes("/") ? name : `projects/${String(inputs["project"])}/reservations/${String(name)}`;
  const { zone, machineType, count } = find(id)?.outputs ?? {};
  if (at(inputs, "nodeLocations[0]") !== zone) return `${name} is in ${zone}`;
  if (at(inputs, "nodeConfig.machineType") !== machineType) return `${name} has ${machineType}`;
  return Number(inputs["nodeCount"]) > Number(count) && `${name} has ${count} machines`;
}

/** Google Cloud as far as a GPU cluster on GKE meets it. */
export const gcp: Rules = {
  id: (_type, name, token) => `projects/acme/${name}-${token}`,

  identifier: /^projects\/[^/]+\/(global\/networks|regions\/[^/]+\/subnetworks|reservations)\//,

  outputs: ({ type, token }, answers) => ({
    selfLink: `https://www.googleapis.com/${token}`,
    ...ofType(type, {
      "gcp:serviceaccount/account:Account": { email: `${token}@acme.iam.gserviceaccount.com` },
      "gcp:projects/serviceIdentity:ServiceIdentity": {
        email: "service-123456789012@container-engine-robot.iam.gserviceaccount.com",
      },
      "gcp:container/cluster:Cluster": {
        endpoint: "203.0.113.5",
        masterAuth: { clusterCaCertificate: "Q0E=" },
        controlPlaneEndpointsConfig: {
          dnsEndpointConfig: { endpoint: answers["endpoint"] ?? `gke-${token}.us-central1.gke.goog` },
        },
        privateClusterConfig: { privateEndpoint: "10.0.0.2" },
        effectiveLabels: { "goog-gke-node": "" },
      },
    }),
  }),

  // What GKE fills in, and what its channel and its autoscaler move.
  rewrites: ({ type }) =>
    ofType(type, {
      "gcp:container/cluster:Cluster": {
        initialNodeCount: 0,
        nodeConfig: { machineType: "e2-medium", serviceAccount: "default", diskSizeGb: 100 },
        minMasterVersion: "1.36.9-gke.1000000",
      },
      "gcp:container/nodePool:NodePool": {
        version: "1.36.9-gke.1000000",
        initialNodeCount: 1,
        nodeConfig: {
          kubeletConfig: { cpuCfsQuota: true, podPidsLimit: 4096 },
          ephemeralStorageLocalSsdConfig: { localSsdCount: 16, dataCacheCount: 0 },
          localNvmeSsdBlockConfig: { localSsdCount: 0 },
          labels: { "cloud.google.com/gke-gpu-driver-version": "default" },
        },
      },
    }),

  createOnly: {
    "gcp:container/cluster:Cluster": [
      "name",
      "location",
      "network",
      "subnetwork",
      "networkingMode",
      "ipAllocationPolicy",
      "datapathProvider",
      "enableMultiNetworking",
      "defaultMaxPodsPerNode",
      "initialNodeCount",
      "nodeConfig",
    ],
    "gcp:container/nodePool:NodePool": [
      "name",
      "cluster",
      "location",
      "initialNodeCount",
      "maxPodsPerNode",
      "placementPolicy",
      "queuedProvisioning",
      "networkConfig",
      "nodeConfig.guestAccelerators",
      "nodeConfig.spot",
      "nodeConfig.flexStart",
      "nodeConfig.reservationAffinity",
      "nodeConfig.serviceAccount",
      "nodeConfig.bootDiskKmsKey",
      "nodeConfig.ephemeralStorageLocalSsdConfig",
      "nodeConfig.localNvmeSsdBlockConfig",
    ],
    "gcp:compute/network:Network": ["mtu", "networkProfile", "autoCreateSubnetworks"],
    "gcp:compute/subnetwork:Subnetwork": ["network", "region", "ipCidrRange"],
  },

  // A range of Services belongs to one cluster, a pool's name to one pool.
  unique: {
    "gcp:container/cluster:Cluster": (inputs) =>
      `${inputs["subnetwork"]} ${at(inputs, "ipAllocationPolicy.servicesSecondaryRangeName")}`,
    "gcp:container/nodePool:NodePool": ({ cluster: of, name }) => `${of} ${name}`,
  },

  refusals: {
    "gcp:container/cluster:Cluster": refuseRanges,
    "gcp:container/nodePool:NodePool": refuseReservation,
  },

  needs,

  cascades: { "gcp:container/cluster:Cluster": ({ type }) => type.startsWith("kubernetes:") },
};
