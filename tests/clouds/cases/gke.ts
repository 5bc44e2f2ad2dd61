import { type CloudCase, type ClusterCase } from "../clouds";

const SETTINGS = {
  project: "acme-ai",
  region: "us-central1",
  gpus: { accelerator: "h100", nodes: 2, zone: "us-central1-a" },
};
const NICS = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => `gpu-nic-${index}`);

/** A range of Services belongs to one cluster, and machines to one pool. */
const oneAtATime = (name: string): readonly string[] => [
  `delete ${name}-gpus`,
  `delete ${name}`,
  `create ${name}`,
  `create ${name}-gpus`,
];

const clusterNeeds = (name: string): readonly string[] =>
  ["kubernetes-version", "key-gke", "key-compute", "node-default-node"].map((end) => `${name}-${end}`);

const train: ClusterCase = {
  settings: SETTINGS,
  moreNodes: { ...SETTINGS, gpus: { ...SETTINGS.gpus, nodes: 3 } },
  otherGpus: { gpuStack: { owner: "gke-default", driver: "latest" } },
  otherCluster: { transform: { cluster: { datapathProvider: "LEGACY_DATAPATH" } } },
  grown: ["update train-gpus"],
  exchanged: ["replace train-gpus"],
  asked: '"LATEST"',
  gpus: "train-gpus",
  network: "train-vpc",
  protected: ["train", "train-gpus", "train-vpc", "train-gpu-nic-0", "train-key"],
  needs: [
    ["train", ...clusterNeeds("train"), "train-nat"],
    // Objects in the cluster name these.
    ["train", ...NICS.map((nic) => `train-${nic}-subnet`)],
    ["train-gpus", "train-system", ...NICS.map((nic) => `train/Network/${nic}`)],
    ["train-gpus", ...NICS.map((nic) => `train-${nic}-internal`)],
  ],
  clusterReplaced: oneAtATime("train"),
  objects: [
    "kubernetes:storage.k8s.io/v1:StorageClass train/StorageClass/cairn-balanced",
    "kubernetes:networking.gke.io/v1:Network train/Network/gpu-nic-7",
  ],
};

const OURS = {
  network: "projects/acme-ai/global/networks/ours-c10df001",
  subnetwork: "projects/acme-ai/regions/us-central1/subnetworks/ours-c10df002",
  podRange: "pods",
  serviceRange: "services-1",
};
const gb300 = (nodes: number, name: string) => ({
  accelerator: "gb300",
  nodes,
  zone: "us-central1-b",
  capacity: { kind: "reservation", name },
});
const ON_OURS = { ...SETTINGS, gpus: gb300(2, "rack-c10df004"), network: OURS };

const rack: ClusterCase = {
  settings: ON_OURS,
  moreNodes: { ...ON_OURS, gpus: gb300(3, "rack-c10df004") },
  otherGpus: { gpus: gb300(3, "rack-c10df005") },
  otherCluster: { network: { ...OURS, serviceRange: "services-2" } },
  grown: ["update rack-gpus"],
  exchanged: ["replace rack-gpus"],
  asked: '"rack-c10df005"',
  gpus: "rack-gpus",
  protected: ["rack", "rack-gpus", "rack-key"],
  needs: [
    ["rack", ...clusterNeeds("rack")],
    ["rack-gpus", "rack-system", "rack-placement"],
  ],
  clusterReplaced: oneAtATime("rack"),
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass rack/StorageClass/cairn-balanced"],
};

const reserved = { zone: "us-central1-b", machineType: "a4x-maxgpu-4g-metal", count: 18 };

export const gke: CloudCase = {
  program: "gke",
  packages: ["gcp", "kubernetes"],
  clusters: { train, rack },
  refused: "train-gpus",
  // GKE moves nodes by itself, within the maintenance window.
  upgrade: { from: { kubernetesVersion: "1.35" }, to: { kubernetesVersion: "1.36" }, steps: ["update train"] },
  existing: [
    { type: "gcp:compute/network:Network", name: "ours", id: OURS.network },
    {
      type: "gcp:compute/subnetwork:Subnetwork",
      name: "ours",
      id: OURS.subnetwork,
      inputs: {
        network: OURS.network,
        secondaryIpRanges: ["pods", "services-1", "services-2"].map((rangeName) => ({ rangeName })),
      },
    },
    { type: "gcp:compute/routerNat:RouterNat", name: "rack-nat", id: "ours-c10df003" },
    ...["rack-c10df004", "rack-c10df005"].map((name) => ({
      type: "gcp:compute/reservation:Reservation",
      name,
      id: `projects/acme-ai/reservations/${name}`,
      outputs: reserved,
    })),
  ],
  // No key ring can ever be deleted.
  kept: ["gcp:kms/keyRing:KeyRing rack-keys", "gcp:kms/keyRing:KeyRing train-keys"],
};
