import { type CloudCase, type ClusterCase } from "../clouds";
import { type Existing } from "../mock-cloud/mock-cloud";

const H100 = { accelerator: "h100", nodes: 2 };
const SETTINGS = { location: "eastus2", gpus: H100 };
const ROLES = ["nodes-subnet", "apiserver-subnet", "secrets-key", "secrets-vault", "disks-key", "disks"];

/** A network, a reservation and a key have room for one. */
const oneAtATime = (name: string): readonly string[] => [
  `delete ${name}-gpus`,
  `delete ${name}`,
  `create ${name}`,
  `create ${name}-gpus`,
];

const clusterNeeds = (name: string): readonly string[] => [
  `${name}-kubernetes-version`,
  ...ROLES.map((role) => `${name}-role-${role}`),
];

const train: ClusterCase = {
  settings: SETTINGS,
  moreNodes: { ...SETTINGS, gpus: { ...H100, nodes: 3 } },
  otherGpus: { gpuStack: "operator-managed" },
  otherCluster: { network: { serviceCidr: "10.1.0.0/16" } },
  grown: ["update train-gpus"],
  exchanged: ["replace train-gpus"],
  asked: '"None"',
  gpus: "train-gpus",
  network: "train-vnet",
  protected: ["train", "train-gpus", "train-vnet", "train-vault", "train-rg"],
  needs: [
    ["train", ...clusterNeeds("train")],
    ["train-apiserver", "train-nodes"],
    ["train-gpus", "train-infiniband", "train-encryption-at-host"],
  ],
  clusterReplaced: oneAtATime("train"),
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass train/StorageClass/cairn-premium"],
};

const OURS = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ours/providers/Microsoft.Network";
const subnetsOf = (network: string, nodes: string, apiServer: string) => ({
  nodeSubnet: `${OURS}/virtualNetworks/${network}/subnets/nodes-${nodes}`,
  apiServerSubnet: `${OURS}/virtualNetworks/${network}/subnets/apiserver-${apiServer}`,
  outbound: "route",
});
const NETWORK = subnetsOf("ours", "c10df001", "c10df002");
const OTHER_NETWORK = subnetsOf("other", "c10df005", "c10df006");
const GB200 = { accelerator: "gb200", nodes: 2 };
// The subscription has these features since there is a first cluster in it.
const ON_OURS = {
  ...SETTINGS,
  gpus: GB200,
  network: NETWORK,
  features: "registered",
  // Patch releases come by themselves, and are no change of the program's.
  upgrades: { kubernetes: "patch", window: { day: "Sunday", start: "02:00" } },
};

const rack: ClusterCase = {
  settings: ON_OURS,
  moreNodes: { ...ON_OURS, gpus: { ...GB200, nodes: 3 } },
  otherGpus: { gpuStack: "operator-managed" },
  otherCluster: { network: OTHER_NETWORK },
  grown: ["update rack-gpus"],
  exchanged: ["replace rack-gpus"],
  asked: '"None"',
  gpus: "rack-gpus",
  protected: ["rack", "rack-gpus", "rack-vault", "rack-rg"],
  needs: [["rack", ...clusterNeeds("rack")]],
  clusterReplaced: oneAtATime("rack"),
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass rack/StorageClass/cairn-premium"],
};

const feature = (name: string, id: string): Existing => ({
  type: "azure-native:features:SubscriptionFeatureRegistration",
  name: `rack-${name}`,
  id,
});

export const aks: CloudCase = {
  program: "aks",
  packages: ["azure-native", "kubernetes"],
  clusters: { train, rack },
  refused: "train-gpus",
  upgrade: {
    from: { kubernetesVersion: "1.36" },
    to: { kubernetesVersion: "1.37" },
    steps: ["update train", "update train-gpus"],
  },
  existing: [
    ...[NETWORK, OTHER_NETWORK].flatMap(({ nodeSubnet, apiServerSubnet }) => [
      {
        type: "azure-native:network:Subnet",
        name: "ours-nodes",
        id: nodeSubnet,
        inputs: { routeTable: { id: `${OURS}/routeTables/to-the-firewall` } },
      },
      {
        type: "azure-native:network:Subnet",
        name: "ours-apiserver",
        id: apiServerSubnet,
        inputs: { delegations: [{ serviceName: "Microsoft.ContainerService/managedClusters" }] },
      },
    ]),
    feature("infiniband", "feature-c10df003"),
    feature("encryption-at-host", "feature-c10df004"),
  ],
  // They belong to the subscription.
  kept: ["encryption-at-host", "infiniband"].map(
    (name) => `azure-native:features:SubscriptionFeatureRegistration train-${name}`,
  ),
};
