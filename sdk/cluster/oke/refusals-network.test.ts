import { existingNetwork } from ".";
import { gpus, H100, ocid, refuses, untyped, type Wrong } from "./plan-fixture.test";

const SUBNETS = {
  controlPlane: `${ocid("subnet")}1`,
  workers: `${ocid("subnet")}2`,
  pods: `${ocid("subnet")}3`,
  loadBalancers: `${ocid("subnet")}4`,
};
const THERE = existingNetwork({ vcnId: ocid("vcn"), cidr: "10.0.0.0/16", subnets: SUBNETS });

const WRONG: readonly Wrong[] = [
  ["no block", { ...H100, network: { cidr: "10.0.0.1/16" } }, "network.cidr", /no IPv4 block/],
  ["a block that OCI refuses", { ...H100, network: { cidr: "10.0.0.0/8" } }, "network.cidr", /from \/16 to \/22/],
  [
    "too few addresses for pods",
    gpus({ nodes: 600 }),
    "network.cidr",
    /leaves 32765 addresses for pods \(10\.0\.0\.0\/17\), 38679 are needed.*podsCidr/,
  ],
  [
    "too few addresses for nodes",
    { ...gpus({ nodes: 130, maxPods: 1 }), network: { cidr: "10.0.0.0/22", podsCidr: "10.1.0.0/16" } },
    "network.cidr",
    /leaves 125 addresses for nodes.*134 are needed/,
  ],
  [
    "Services in the network",
    { ...H100, network: { servicesCidr: "10.0.128.0/20" } },
    "network.servicesCidr",
    /overlaps 10\.0\.0\.0\/16/,
  ],
  ["pods in the network twice", { ...H100, network: { podsCidr: "10.0.0.0/16" } }, "network.podsCidr", /overlaps/],
  [
    "a subnet of another region",
    {
      ...H100,
      network: existingNetwork({
        vcnId: ocid("vcn"),
        cidr: "10.0.0.0/16",
        subnets: {
          ...SUBNETS,
          workers: ocid("subnet", "phx"),
        },
      }),
    },
    "network.subnets.workers",
    /in us-phoenix-1/,
  ],
  [
    "a network that is there, without saying so",
    untyped({ network: { vcnId: ocid("vcn"), cidr: "10.0.0.0/16", subnets: SUBNETS } }),
    "network.existing",
    /is not true, and network\.vcnId is of a network that is there.*existingNetwork/,
  ],
  [
    "a word for a network that is there",
    untyped({ network: { existing: "yes" } }),
    "network.existing",
    /"yes" says nothing of a network/,
  ],
  ...["podsCidr", "egress", "loadBalancers"].map(
    (name) =>
      [
        `${name} of a network that is there`,
        untyped({ network: { ...THERE, [name]: "x" } }),
        `network.${name}`,
        /is for a network that is made.*leave it out/,
      ] as const,
  ),
  ["a network without a block", untyped({ network: { ...THERE, cidr: undefined } }), "network.cidr", /is missing/],
  [
    "a network without a VCN",
    untyped({ network: { ...THERE, vcnId: undefined } }),
    "network.vcnId",
    /is missing.*ocid1/,
  ],
  [
    "a network without subnets",
    untyped({ network: { ...THERE, subnets: undefined } }),
    "network.subnets",
    /is missing.*controlPlane, workers, pods, loadBalancers/,
  ],
  [
    "a network without a subnet for pods",
    untyped({ network: { ...THERE, subnets: { ...SUBNETS, pods: undefined } } }),
    "network.subnets.pods",
    /is missing/,
  ],
  [
    "a subnet twice",
    { ...H100, network: { ...THERE, subnets: { ...SUBNETS, pods: SUBNETS.workers } } },
    "network.subnets.pods",
    /is the subnet of network\.subnets\.workers.*one subnet for each/,
  ],
  [
    "a public endpoint for all",
    { ...H100, access: { endpoint: "public", from: ["0.0.0.0/0"] } },
    "access.from[0]",
    /everybody/,
  ],
  [
    "a public endpoint for all, by halves",
    { ...H100, access: { endpoint: "public", from: ["0.0.0.0/1", "128.0.0.0/1"] } },
    "access.from[1]",
    /128\.0\.0\.0\/1 is wider than a \/16.*name your own/,
  ],
  [
    "a public endpoint for private addresses",
    { ...H100, access: { endpoint: "public", from: ["10.1.0.0/16"] } },
    "access.from[0]",
    /is private, and requests come from the internet/,
  ],
  [
    "a private endpoint for half the world",
    { ...H100, access: { from: ["128.0.0.0/1"] } },
    "access.from[0]",
    /everybody/,
  ],
  ["a public endpoint for nobody", untyped({ access: { endpoint: "public" } }), "access.from", /authorised blocks/],
  [
    "a public endpoint without internet",
    { ...H100, network: { egress: "oracle-services" }, access: { endpoint: "public", from: ["203.0.113.0/24"] } },
    "access.endpoint",
    /without a way to the internet/,
  ],
];

describe("oke() refuses of a network and its endpoint", () => refuses(WRONG));
