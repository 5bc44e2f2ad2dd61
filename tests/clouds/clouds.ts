/** A cloud, and how its target is to behave there. */
export interface CloudCase {
  readonly program: string;
  /** Of providers that the mock plays. */
  readonly packages: readonly string[];
  readonly settings: object;
  readonly moreNodes: object;
  /** Settings that ask for another GPU pool, or for another cluster. */
  readonly otherGpus: object;
  readonly otherCluster: object;
  /** A Kubernetes version before the default one. Played on one cloud: all depend on the same resource. */
  readonly olderVersion?: string;
  /** What the other GPU pool is asked for with. */
  readonly asked: string;
  /** Names of the GPU pool and of the network. */
  readonly gpus: string;
  readonly network: string;
  /** Some of what is protected. */
  readonly protected: readonly string[];
  /** What is named first when the GPU pool would be replaced. */
  readonly replaced: string;
  /** A resource, and what it has to wait for although it does not refer to it; which is thus deleted after it. */
  readonly needs: readonly (readonly string[])[];
  /** How a cluster is replaced, and what has to be in the new one. */
  readonly clusterReplaced: readonly string[];
  readonly objects: readonly string[];
  /** What outlives a destroy. */
  readonly kept: readonly string[];
}

const H100 = { accelerator: "h100", nodes: 2 };
const MORE = { ...H100, nodes: 3 };

/** One cluster after the other; capacity, names and ranges are there once. */
const ONE_AT_A_TIME = ["delete train-gpus", "delete train", "create train", "create train-gpus"];

const EKS = { region: "us-west-2", gpus: H100 };
const NODES = [
  "train-vpc-cni",
  "train-kube-proxy",
  "train-eks-pod-identity-agent",
  "train-node-role-AmazonEKSWorkerNodePolicy",
  "train-vpc-cni-role-AmazonEKS_CNI_Policy",
  "train-public-1-default",
  "train-endpoint-s3",
];

const eks: CloudCase = {
  program: "eks",
  packages: ["aws"],
  settings: EKS,
  moreNodes: { ...EKS, gpus: MORE },
  otherGpus: { gpus: { ...MORE, capacity: { type: "spot" } } },
  asked: '"SPOT"',
  otherCluster: { network: { serviceCidr: "172.21.0.0/16" } },
  olderVersion: "1.35",
  gpus: "train-gpus",
  network: "train-vpc",
  protected: ["train", "train-gpus", "train-vpc", "train-gpus-subnet", "train-key"],
  replaced: "train-gpus",
  needs: [
    ["train", "train-kubernetes-version", "train-logs", "train-cluster-role-AmazonEKSClusterPolicy"],
    ["train-system", ...NODES, "train-system-1-default", "train-system-2-default"],
    ["train-gpus", ...NODES, "train-gpus-subnet-default"],
    ["train-coredns", "train-system"],
    ["train-nat-1-address", "train-igw"],
  ],
  clusterReplaced: ONE_AT_A_TIME,
  objects: [],
  kept: [],
};

const GKE = { project: "acme-ai", region: "us-central1", gpus: { ...H100, zone: "us-central1-a" } };
const NICS = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => `gpu-nic-${index}`);

const gke: CloudCase = {
  program: "gke",
  packages: ["gcp", "kubernetes"],
  settings: GKE,
  moreNodes: { ...GKE, gpus: { ...GKE.gpus, nodes: 3 } },
  otherGpus: { gpuStack: { owner: "gke-default", driver: "latest" } },
  asked: '"LATEST"',
  otherCluster: { transform: { cluster: { datapathProvider: "LEGACY_DATAPATH" } } },
  gpus: "train-gpus",
  network: "train-vpc",
  protected: ["train", "train-gpus", "train-vpc", "train-gpu-nic-0", "train-key"],
  replaced: "train-gpus",
  needs: [
    ["train", "train-kubernetes-version", "train-key-gke", "train-key-compute", "train-nat", "train-node-default-node"],
    // Objects in the cluster name these.
    ["train", ...NICS.map((nic) => `train-${nic}-subnet`)],
    ["train-gpus", "train-system", ...NICS.map((nic) => `train/Network/${nic}`)],
    ["train-gpus", ...NICS.map((nic) => `train-${nic}-internal`)],
  ],
  clusterReplaced: ONE_AT_A_TIME,
  objects: [
    "kubernetes:storage.k8s.io/v1:StorageClass train/StorageClass/cairn-balanced",
    "kubernetes:networking.gke.io/v1:Network train/Network/gpu-nic-7",
  ],
  // No key ring can ever be deleted.
  kept: ["gcp:kms/keyRing:KeyRing train-keys"],
};

const AKS = { location: "eastus2", gpus: H100 };
const ROLES = ["nodes-subnet", "apiserver-subnet", "secrets-key", "secrets-vault", "disks-key", "disks"];

const aks: CloudCase = {
  program: "aks",
  packages: ["azure-native", "kubernetes"],
  settings: AKS,
  moreNodes: { ...AKS, gpus: MORE },
  otherGpus: { gpuStack: "operator-managed" },
  asked: '"None"',
  otherCluster: { network: { serviceCidr: "10.1.0.0/16" } },
  gpus: "train-gpus",
  network: "train-vnet",
  protected: ["train", "train-gpus", "train-vnet", "train-vault", "train-rg"],
  replaced: "train-gpus",
  needs: [
    ["train", "train-kubernetes-version", ...ROLES.map((role) => `train-role-${role}`)],
    ["train-apiserver", "train-nodes"],
    ["train-gpus", "train-infiniband", "train-encryption-at-host"],
  ],
  clusterReplaced: ONE_AT_A_TIME,
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass train/StorageClass/cairn-premium"],
  // They belong to the subscription.
  kept: ["encryption-at-host", "infiniband"].map(
    (name) => `azure-native:features:SubscriptionFeatureRegistration train-${name}`,
  ),
};

const OKE = {
  region: "us-ashburn-1",
  compartmentId: "ocid1.compartment.oc1..aaaa",
  gpus: { ...H100, availabilityDomain: "Uocm:US-ASHBURN-AD-1", image: "ocid1.image.oc1.iad.aaaa" },
};

const oke: CloudCase = {
  program: "oke",
  packages: ["oci", "kubernetes"],
  settings: OKE,
  moreNodes: { ...OKE, gpus: { ...OKE.gpus, nodes: 3 } },
  otherGpus: { gpus: { ...OKE.gpus, nodes: 3, availabilityDomain: "Uocm:US-ASHBURN-AD-2" } },
  asked: '"Uocm:US-ASHBURN-AD-2"',
  otherCluster: { network: { servicesCidr: "10.97.0.0/16" } },
  gpus: "train-gpus",
  network: "train-vcn",
  protected: ["train", "train-gpus", "train-vcn", "train-vault", "train-key"],
  replaced: "train-gpus-fabric",
  needs: [
    ["train", "train-kubernetes-version", "train-key-policy", "train-policy"],
    ["train-system", "train-policy"],
    ["train-gpus", "train-system", "train-gpu-plugin", "train-policy"],
  ],
  // A control plane costs no capacity, so the new one comes first; machines go over one pool at a time.
  clusterReplaced: ["create train", "delete train-gpus", "create train-gpus", "delete train"],
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass train/StorageClass/cairn-block-volume"],
  // Oracle deletes keys only after days, and what they encrypted stays.
  kept: ["oci:Kms/key:Key train-key", "oci:Kms/vault:Vault train-vault"],
};

export const CLOUDS: readonly CloudCase[] = [eks, gke, aks, oke];
