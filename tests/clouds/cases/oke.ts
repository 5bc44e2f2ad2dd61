import { type CloudCase, type ClusterCase } from "../clouds";
import { type Existing } from "../mock-cloud/mock-cloud";

const AD_1 = "Uocm:US-ASHBURN-AD-1";
const AD_2 = "Uocm:US-ASHBURN-AD-2";
const IMAGE = "ocid1.image.oc1.iad.aaaa";
const SETTINGS = {
  region: "us-ashburn-1",
  compartmentId: "ocid1.compartment.oc1..aaaa",
  gpus: { accelerator: "h100", nodes: 2, availabilityDomain: AD_1, image: IMAGE },
};

const train: ClusterCase = {
  settings: SETTINGS,
  moreNodes: { ...SETTINGS, gpus: { ...SETTINGS.gpus, nodes: 3 } },
  otherGpus: { gpus: { ...SETTINGS.gpus, nodes: 3, availabilityDomain: AD_2 } },
  otherCluster: { network: { servicesCidr: "10.97.0.0/16" } },
  grown: ["update train-gpus"],
  exchanged: ["replace train-gpus"],
  asked: `"${AD_2}"`,
  gpus: "train-gpus",
  network: "train-vcn",
  protected: ["train", "train-gpus", "train-vcn", "train-vault", "train-key"],
  needs: [
    ["train", "train-kubernetes-version", "train-key-policy", "train-policy"],
    ["train-system", "train-policy"],
    ["train-gpus", "train-system", "train-gpu-plugin", "train-policy"],
  ],
  // A control plane costs no capacity, so the new one comes first; machines go over one pool at a time.
  clusterReplaced: ["create train", "delete train-gpus", "create train-gpus", "delete train"],
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass train/StorageClass/cairn-block-volume"],
};

const id = (type: string, token: string): string => `ocid1.${type}.oc1.iad.${token}`;
const OURS = {
  existing: true,
  vcnId: id("vcn", "c10df001"),
  cidr: "10.40.0.0/16",
  subnets: {
    controlPlane: id("subnet", "c10df002"),
    workers: id("subnet", "c10df003"),
    pods: id("subnet", "c10df004"),
    loadBalancers: id("subnet", "c10df005"),
  },
};
const [FABRIC_1, FABRIC_2] = [id("computegpumemoryfabric", "c10df00a"), id("computegpumemoryfabric", "c10df00b")];
const KEY = id("key", "c10df006");

const gb200 = (nodes: number, ...fabrics: readonly string[]) => ({
  accelerator: "gb200",
  nodes,
  availabilityDomain: AD_1,
  image: id("image", "bbbb"),
  pool: { kind: "gpu-memory-cluster", fabrics },
});
const ON_OURS = {
  ...SETTINGS,
  tenancyId: "ocid1.tenancy.oc1..aaaa",
  gpus: gb200(2, FABRIC_1),
  system: { image: IMAGE },
  network: OURS,
  encryption: { key: KEY },
};
const [ONE, TWO] = ["rack-gpus-ad.c10df00a", "rack-gpus-ad.c10df00b"];

/** Machines that join by themselves: a new template is for those that come later, and no old one joins a new control plane. */
const rack: ClusterCase = {
  settings: ON_OURS,
  moreNodes: { ...ON_OURS, gpus: gb200(6, FABRIC_1, FABRIC_2) },
  otherGpus: { gpus: { ...gb200(6, FABRIC_1, FABRIC_2), image: id("image", "cccc") } },
  otherCluster: { network: { ...OURS, servicesCidr: "10.97.0.0/16" } },
  grown: [`update ${ONE}`, `create ${TWO}`],
  exchanged: ["replace rack-gpus-template", `update ${ONE}`, `update ${TWO}`],
  asked: '"ocid1.image.oc1.iad.cccc"',
  gpus: ONE,
  protected: ["rack", ONE, "rack-gpus-fabric"],
  needs: [
    ["rack", "rack-kubernetes-version", "rack-key-policy", "rack-policy"],
    [ONE, "rack-system", "rack-gpu-plugin", "rack-policy", "rack-memory-policy", "rack-access"],
  ],
  clusterReplaced: ["create rack", `delete ${ONE}`, `create ${ONE}`, "delete rack"],
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass rack/StorageClass/cairn-block-volume"],
};

const hosts = (nodes: number, availabilityDomain: string, reservation: string) => ({
  ...SETTINGS.gpus,
  nodes,
  availabilityDomain,
  pool: { kind: "cluster-network" },
  capacity: { kind: "reservation", id: reservation },
});
const [RESERVED_1, RESERVED_2] = [id("capacityreservation", "c10df00c"), id("capacityreservation", "c10df00d")];
const RING = { ...ON_OURS, gpus: hosts(2, AD_1, RESERVED_1) };

const ring: ClusterCase = {
  settings: RING,
  moreNodes: { ...RING, gpus: hosts(3, AD_1, RESERVED_1) },
  otherGpus: { gpus: hosts(3, AD_2, RESERVED_2) },
  otherCluster: { network: { ...OURS, servicesCidr: "10.97.0.0/16" } },
  grown: ["update ring-gpus"],
  exchanged: ["replace ring-gpus-template", "replace ring-gpus"],
  asked: RESERVED_2,
  gpus: "ring-gpus",
  protected: ["ring", "ring-gpus"],
  needs: [["ring-gpus", "ring-system", "ring-gpu-plugin", "ring-policy", "ring-access"]],
  clusterReplaced: ["create ring", "delete ring-gpus", "create ring-gpus", "delete ring"],
  objects: ["kubernetes:storage.k8s.io/v1:StorageClass ring/StorageClass/cairn-block-volume"],
};

const subnet = (name: string, token: string): Existing => ({
  type: "oci:Core/subnet:Subnet",
  name: `ours-${name}`,
  id: id("subnet", token),
  inputs: { vcnId: OURS.vcnId },
});

export const oke: CloudCase = {
  program: "oke",
  packages: ["oci", "kubernetes"],
  clusters: { train, rack, ring },
  refused: "train-gpus-fabric",
  upgrade: {
    from: { kubernetesVersion: "1.35" },
    to: { kubernetesVersion: "1.36" },
    steps: ["update train", "update train-system", "update train-gpus"],
  },
  existing: [
    { type: "oci:Core/vcn:Vcn", name: "ours", id: OURS.vcnId },
    subnet("control-plane", "c10df002"),
    subnet("workers", "c10df003"),
    subnet("pods", "c10df004"),
    subnet("load-balancers", "c10df005"),
    { type: "oci:Kms/key:Key", name: "ours", id: KEY },
    ...[
      { id: RESERVED_1, availabilityDomain: AD_1 },
      { id: RESERVED_2, availabilityDomain: AD_2 },
    ].map(({ id: reservation, ...inputs }) => ({
      type: "oci:Core/computeCapacityReservation:ComputeCapacityReservation",
      name: "ring",
      id: reservation,
      inputs,
    })),
    ...[FABRIC_1, FABRIC_2].map((fabric) => ({ type: "a GPU memory fabric", name: "rack", id: fabric })),
  ],
  // Oracle deletes keys only after days, and what they encrypted stays.
  kept: ["oci:Kms/key:Key train-key", "oci:Kms/vault:Vault train-vault"],
};
