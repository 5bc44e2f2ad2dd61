import { type CloudCase, type ClusterCase } from "../clouds";
import { type Existing } from "../mock-cloud/mock-cloud";

const H100 = { accelerator: "h100", nodes: 2 };
const MORE = { ...H100, nodes: 3 };
const EKS = { region: "us-west-2", gpus: H100 };

/** Capacity and names are there once. */
const oneAtATime = (name: string): readonly string[] => [
  `delete ${name}-gpus`,
  `delete ${name}`,
  `create ${name}`,
  `create ${name}-gpus`,
];

const nodesNeed = (name: string): readonly string[] =>
  [
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "node-role-AmazonEKSWorkerNodePolicy",
    "vpc-cni-role-AmazonEKS_CNI_Policy",
  ].map((end) => `${name}-${end}`);
const NETWORK = ["train-public-1-default", "train-endpoint-s3"];

const train: ClusterCase = {
  settings: EKS,
  moreNodes: { ...EKS, gpus: MORE },
  otherGpus: { gpus: { ...MORE, capacity: { type: "spot" } } },
  otherCluster: { network: { cidr: "10.1.0.0/16" } },
  grown: ["update train-gpus"],
  exchanged: ["replace train-gpus"],
  asked: '"SPOT"',
  gpus: "train-gpus",
  network: "train-vpc",
  protected: ["train", "train-gpus", "train-vpc", "train-gpus-subnet", "train-key"],
  needs: [
    ["train", "train-kubernetes-version", "train-logs", "train-cluster-role-AmazonEKSClusterPolicy"],
    ["train-system", ...nodesNeed("train"), ...NETWORK, "train-system-1-default", "train-system-2-default"],
    ["train-gpus", ...nodesNeed("train"), ...NETWORK, "train-gpus-subnet-default"],
    ["train-coredns", "train-system"],
    ["train-nat-1-address", "train-igw"],
  ],
  clusterReplaced: oneAtATime("train"),
  objects: [],
};

/** Racks come in Capacity Blocks only; these are in two zones. */
const [BLOCK_A, BLOCK_B] = ["cr-c10df011", "cr-c10df012"];
const GB200 = { accelerator: "gb200", nodes: 2, capacity: { type: "capacity-block", reservation: BLOCK_A } };
const OURS = {
  vpcId: "vpc-c10df001",
  systemSubnetIds: ["subnet-c10df002", "subnet-c10df003"],
  gpuSubnetId: "subnet-c10df004",
};
const IN_ZONE_B = { ...OURS, gpuSubnetId: "subnet-c10df005" };
const ON_OURS = { region: "us-west-2", gpus: GB200, network: OURS };

const rack: ClusterCase = {
  settings: ON_OURS,
  moreNodes: { ...ON_OURS, gpus: { ...GB200, nodes: 3 } },
  otherGpus: {
    gpus: { ...GB200, nodes: 3, capacity: { type: "capacity-block", reservation: BLOCK_B } },
    network: IN_ZONE_B,
  },
  otherCluster: { network: { ...IN_ZONE_B, serviceCidr: "172.21.0.0/16" } },
  grown: ["update rack-gpus"],
  exchanged: ["replace rack-gpus"],
  // All of them come in the next block, although the last one went down to none.
  asked: '"desiredSize":3',
  gpus: "rack-gpus",
  protected: ["rack", "rack-gpus", "rack-key"],
  needs: [["rack-gpus", ...nodesNeed("rack")]],
  clusterReplaced: oneAtATime("rack"),
  objects: [],
};

const ours = (name: string, id: string, zone: string): Existing => ({
  type: "aws:ec2/subnet:Subnet",
  name,
  id,
  inputs: { vpcId: OURS.vpcId },
  outputs: { availabilityZone: zone },
});

/** Nodes reach what is outside by these. */
const wayOut = (name: string, id: string): Existing => ({
  type: "aws:ec2/route:Route",
  name: `rack-${name}-default`,
  id,
});

const block = (id: string, availabilityZone: string): Existing => ({
  type: "aws:ec2/capacityReservation:CapacityReservation",
  name: "block",
  id,
  outputs: { availabilityZone, instanceType: "p6e-gb200.36xlarge", instanceCount: 18 },
});

export const eks: CloudCase = {
  program: "eks",
  packages: ["aws"],
  clusters: { train, rack },
  refused: "train-gpus",
  olderVersion: "1.35",
  upgrade: {
    from: { kubernetesVersion: "1.35" },
    to: { kubernetesVersion: "1.36" },
    // Ubuntu nodes stay on their image until the program names another.
    steps: ["update train", "update train-vpc-cni", "update train-kube-proxy", "update train-coredns"],
  },
  existing: [
    { type: "aws:ec2/vpc:Vpc", name: "ours", id: OURS.vpcId },
    ours("ours-1", "subnet-c10df002", "us-west-2a"),
    ours("ours-2", "subnet-c10df003", "us-west-2b"),
    ours("ours-gpus-a", "subnet-c10df004", "us-west-2a"),
    ours("ours-gpus-b", "subnet-c10df005", "us-west-2b"),
    wayOut("system-1", "route-c10df006"),
    wayOut("system-2", "route-c10df007"),
    wayOut("gpus-subnet", "route-c10df008"),
    wayOut("public-1", "route-c10df009"),
    { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "rack-endpoint-s3", id: "vpce-c10df00a" },
    block(BLOCK_A, "us-west-2a"),
    block(BLOCK_B, "us-west-2b"),
  ],
  kept: [],
};
