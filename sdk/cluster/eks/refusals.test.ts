import assert from "node:assert/strict";
import { capacityBlock, onDemand, onDemandReservation, reservationGroup, spot } from "./capacity";
import { ami, amiRelease } from "./images";
import { INSTANCES } from "./instances";
import { type NetworkInterface } from "./interfaces";
import { planEks } from "./plan";
import { findings, gb200, GROUP, plan, type Settings } from "./settings.test";

const network = (systemSubnetIds: readonly string[] = ["subnet-1", "subnet-2"], more: object = {}) => ({
  vpcId: "vpc-1",
  systemSubnetIds,
  gpuSubnetId: "subnet-3",
  ...more,
});

const ADMIN = "arn:aws:iam::123456789012:role/admin";
const one = (card: number, device: number, type: NetworkInterface["type"]): NetworkInterface => ({
  card,
  device,
  type,
});
const p5 = INSTANCES["p5.48xlarge"].layouts.recommended;

/** What is wrong, and the one finding that says so. */
const WRONG: readonly (readonly [settings: Settings, path: string, text: RegExp])[] = [
  // Words that AWS or recipes do not have.
  [{ region: "us-west-22" }, "region", /no region with EKS.*us-west-2/],
  [{ gpus: { accelerator: "h1000" } }, "gpus.accelerator", /none of a100, h100/],
  [{ gpus: { accelerator: "toString" } }, "gpus.accelerator", /none of a100/],
  [{ gpus: { instanceType: "p5.48xlrge" } }, "gpus.instanceType", /no GPU instance type.*p5\.48xlarge/],
  [{ os: "windows" }, "os", /"windows" is none of ubuntu, amazonlinux/],
  [{ kubernetesVersion: "1.29" }, "kubernetesVersion", /none of 1\.37, 1\.36/],
  [{ addons: { "aws-ebs-csi-driver": "v1.63.1-eksbuild.1" } }, "addons.aws-ebs-csi-driver", /none of vpc-cni/],
  [{ logs: { types: ["audit", "kubelet"] } }, "logs.types[1]", /"kubelet" is none of api, audit/],
  [{ allowReplace: ["vpc"] }, "allowReplace[0]", /none of cluster, gpus, network, keys/],
  [{ network: { egress: "igw" } }, "network.egress", /none of nat, nat-per-zone, endpoints/],
  [{ support: "basic" }, "support", /none of standard, extended/],
  [{ gpus: { localDisks: "raid10" } }, "gpus.localDisks", /none of raid0, none/],
  // Numbers.
  [{ gpus: { nodes: 0 } }, "gpus.nodes", /whole number from 1 to 450, not 0/],
  [{ gpus: { nodes: 2.5 } }, "gpus.nodes", /whole number/],
  [{ gpus: { maxPods: 300 } }, "gpus.maxPods", /from 16 to 250/],
  [{ gpus: { diskSize: 8 } }, "gpus.diskSize", /from 50 to 16384/],
  [{ system: { nodes: 1 } }, "system.nodes", /from 2 to 100/],
  [{ logs: { retentionDays: 100 } }, "logs.retentionDays", /100 days exactly.*use 120/],
  // The instance type against the accelerator, the version and the layout.
  [{ gpus: { instanceType: "p5en.48xlarge" } }, "gpus.instanceType", /has h200, not h100.*p5\.48xlarge, p5\.4xlarge/],
  [{ system: { instanceType: "g6.xlarge" } }, "system.instanceType", /has accelerators.*m7i/],
  [{ system: { instanceType: "trn1.2xlarge" } }, "system.instanceType", /has accelerators/],
  [{ system: { instanceType: "large" } }, "system.instanceType", /no instance type/],
  [
    { region: "us-east-1", kubernetesVersion: "1.32", addons: { "vpc-cni": "v1.20.0-eksbuild.1" }, gpus: gb200 },
    "kubernetesVersion",
    /p6e-gb200\.36xlarge needs 1\.33 or newer, not 1\.32/,
  ],
  [{ gpus: { interfaces: "eight-efa" } }, "gpus.interfaces", /no layout "eight-efa".*recommended, full-ip-bandwidth/],
  [{ gpus: { interfaces: p5.slice(0, 17) } }, "gpus.interfaces", /has 16 EFA interfaces, p5\.48xlarge works with 32/],
  [{ gpus: { interfaces: p5.slice(1) } }, "gpus.interfaces", /no primary interface.*card: 0, device: 0/],
  [{ gpus: { interfaces: [...p5, one(32, 0, "interface")] } }, "gpus.interfaces[33]", /no card 32.*0 to 31/],
  [{ gpus: { interfaces: [...p5, one(3, 2, "interface")] } }, "gpus.interfaces[33]", /card 3 .* no device 2.*0 to 1/],
  [{ gpus: { interfaces: [...p5, one(3, 0, "interface")] } }, "gpus.interfaces[33]", /device 0 twice/],
  [
    { gpus: { interfaces: [one(0, 0, "efa-only"), ...p5.slice(2), one(0, 1, "interface")] } },
    "gpus.interfaces",
    /primary interface needs an address/,
  ],
  [
    {
      gpus: {
        accelerator: "b300",
        interfaces: [one(0, 0, "efa"), ...INSTANCES["p6-b300.48xlarge"].layouts.recommended.slice(2)],
      },
    },
    "gpus.interfaces[0]",
    /card 0 of p6-b300\.48xlarge takes interface only, not efa/,
  ],
  [
    {
      region: "us-east-1",
      gpus: {
        ...gb200,
        interfaces: [one(0, 0, "interface"), ...[1, 5, 9, 13].map((c) => one(c, c === 1 ? 1 : 0, "efa-only"))],
      },
    },
    "gpus.interfaces[1]",
    /card 1 of p6e-gb200\.36xlarge has no device 1.*device 0 only/,
  ],
  [
    { gpus: { accelerator: "gb300", interfaces: [one(0, 0, "interface"), one(1, 0, "efa-only")] } },
    "gpus.interfaces[1]",
    /no card 1 to use.*its cards are 0/,
  ],
  [
    {
      region: "us-east-1",
      gpus: {
        ...gb200,
        interfaces: [one(0, 0, "interface"), one(1, 0, "efa"), ...[5, 9, 13].map((card) => one(card, 0, "efa-only"))],
      },
    },
    "gpus.interfaces[1]",
    /card 1 of p6e-gb200\.36xlarge takes efa-only only, not efa/,
  ],
  [
    {
      region: "us-east-1",
      gpus: { ...gb200, interfaces: [one(0, 0, "interface"), ...[1, 2, 3, 4].map((card) => one(card, 0, "efa-only"))] },
    },
    "gpus.interfaces",
    /EFA on cards 1, 2, 3, 4; p6e-gb200\.36xlarge works with it on 1, 5, 9, 13/,
  ],
  [
    { gpus: { interfaces: [one(0, 0, "interface"), one(0, 1, "efaonly" as "efa")] } },
    "gpus.interfaces[1].type",
    /none of interface, efa/,
  ],
  [
    { addons: { "vpc-cni": "v1.16.0-eksbuild.1" } },
    "addons.vpc-cni",
    /does not know interfaces that are EFA alone.*v1\.18\.5/,
  ],
  // Capacity.
  [
    { gpus: { capacity: { type: "capacityblock", reservation: "cr-01" } } },
    "gpus.capacity.type",
    /none of on-demand, spot/,
  ],
  [{ gpus: { capacity: { type: "capacity-block" } } }, "gpus.capacity.reservation", /undefined is not the ID/],
  [{ region: "us-east-1", gpus: { ...gb200, capacity: spot() } }, "gpus.capacity", /Capacity Blocks only, not as spot/],
  [
    { region: "us-east-1", gpus: { ...gb200, capacity: onDemand() } },
    "gpus.capacity",
    /only, not as on-demand.*capacityBlock/,
  ],
  [{ gpus: { accelerator: "l40s", capacity: capacityBlock("cr-0123") } }, "gpus.capacity", /no Capacity Block has g6e/],
  [{ gpus: { nodes: 65, capacity: capacityBlock("cr-0123") } }, "gpus.nodes", /65 instances.*at most 64/],
  [{ gpus: { capacity: capacityBlock("block-1") } }, "gpus.capacity.reservation", /"block-1" is not the ID.*cr-/],
  [{ gpus: { capacity: onDemandReservation("cr-") } }, "gpus.capacity.reservation", /not the ID of a reservation/],
  [{ gpus: { capacity: reservationGroup(GROUP) } }, "gpus.zone", /needed with a group of reservations/],
  [
    { gpus: { zone: "us-west-2a", capacity: reservationGroup(GROUP.replace("us-west-2", "us-east-1")) } },
    "gpus.capacity.arn",
    /is in us-east-1 of partition aws, the cluster in us-west-2/,
  ],
  [{ gpus: { zone: "us-west-2a", capacity: reservationGroup("group/h100") } }, "gpus.capacity.arn", /not the ARN/],
  // Zones.
  [{ gpus: { zone: "us-east-1a" } }, "gpus.zone", /"us-east-1a" is no zone of us-west-2.*us-west-2a/],
  [{ gpus: { zone: "us-west-2" } }, "gpus.zone", /is no zone/],
  [{ network: { zones: ["us-west-2a"] } }, "network.zones", /has 1 zones.*2 or 3/],
  [{ network: { zones: ["us-west-2a", "us-west-2a"] } }, "network.zones", /names a zone twice/],
  [{ network: { zones: ["us-west-2a", "usw2-az1"] } }, "network.zones", /mixes names and IDs/],
  [{ network: { zones: ["us-west-2a", "us-west-2-lax-1a"] } }, "network.zones[1]", /Local Zone.*gpus\.zone/],
  [
    { region: "us-east-1", network: { zones: ["use1-az1", "use1-az3"] } },
    "network.zones[1]",
    /no control plane in use1-az3/,
  ],
  [{ region: "eusc-de-east-1" }, "network.zones", /not known to Cairn.*name two/],
  [
    { region: "us-east-1", gpus: { ...gb200, zone: "us-east-1-dfw-2a" } },
    "network.zones",
    /use1-az1, use1-az2 do not name the parent of the Local Zone us-east-1-dfw-2a.*name us-east-1d/,
  ],
  // Addresses.
  [{ network: { cidr: "10.0.0.0" } }, "network.cidr", /not a block of IPv4 addresses/],
  [{ network: { cidr: "10.0.0.1/16" } }, "network.cidr", /not a block/],
  [{ network: { cidr: "10.0.0.0/8" } }, "network.cidr", /is a \/8.*\/16 to \/20/],
  [{ network: { cidr: "8.8.0.0/16" } }, "network.cidr", /not for private use/],
  [{ network: { cidr: "172.20.0.0/16" } }, "network.cidr", /overlaps the addresses of Services.*serviceCidr/],
  [{ gpus: { nodes: 300 } }, "network.cidr", /300 GPU nodes.*10\.0\.128\.0\/17 has 32768.*gpuCidr/],
  [{ gpus: { nodes: 450, maxPods: 250 }, network: { gpuCidr: "100.64.0.0/16" } }, "network.gpuCidr", /450 GPU nodes/],
  [{ network: { cidr: "10.0.0.0/20" } }, "network.cidr", /3 system nodes need 545 addresses in a zone.*has 512/],
  [{ network: { gpuCidr: "10.0.0.0/16" } }, "network.gpuCidr", /overlaps network\.cidr/],
  [{ network: { gpuCidr: "192.168.0.0/16" } }, "network.gpuCidr", /cannot add 192\.168\.0\.0\/16.*100\.64/],
  [{ network: { serviceCidr: "100.64.0.0/16" } }, "network.serviceCidr", /takes no Services/],
  [{ network: { serviceCidr: "172.20.0.0/28" } }, "network.serviceCidr", /is a \/28/],
  [{ region: "cn-north-1", network: { egress: "endpoints" } }, "network.egress", /not known to Cairn/],
  // Somebody else's network.
  [{ network: network(["subnet-1"]) }, "network.systemSubnetIds", /has 1 subnets.*two zones/],
  [{ network: network(["subnet-1", "subnet-1"]) }, "network.systemSubnetIds", /names a subnet twice/],
  [{ network: network(["subnet-1", "sn-2"]) }, "network.systemSubnetIds[1]", /not an ID.*subnet-/],
  [{ network: network(undefined, { vpcId: "subnet-1" }) }, "network.vpcId", /not an ID.*vpc-/],
  [{ network: network(), gpus: { zone: "us-west-2a" } }, "gpus.zone", /decided by network\.gpuSubnetId/],
  // Images and the driver's owner.
  [{ gpuStack: "ami-preinstalled" }, "gpuStack", /not to be had on ubuntu.*use operator-managed/],
  [{ os: "amazonlinux", gpuStack: "azure-managed" }, "gpuStack", /ami-preinstalled or operator-managed/],
  [{ gpus: { image: amiRelease("1.36.1-20261105") } }, "gpus.image", /no EKS release.*ami\("ami-…"\)/],
  [{ gpus: { image: ami("ubuntu-24.04") } }, "gpus.image", /not the ID of an image/],
  [{ os: "amazonlinux", system: { image: amiRelease("1.35.2-20261105") } }, "system.image", /not for Kubernetes 1\.36/],
  [
    { os: "amazonlinux", gpus: { image: amiRelease("1.36.") } },
    "gpus.image",
    /no release of EKS's images.*1\.36\.1-20261105/,
  ],
  [
    {
      region: "us-east-1",
      os: "amazonlinux",
      kubernetesVersion: "1.33",
      gpus: { ...gb200, image: amiRelease("1.33.1-20250701") },
    },
    "gpus.image",
    /1\.33\.1-20250701 has no driver for these machines.*20251103 or newer/,
  ],
  // Versions.
  [
    {
      kubernetesVersion: "1.30",
      addons: { "kube-proxy": "v1.30.0-eksbuild.1", "vpc-cni": "v1.20.0-eksbuild.1", coredns: "v1.11.0-eksbuild.1" },
    },
    "kubernetesVersion",
    /EKS ended 1\.30 on 2026-07-23.*1\.36/,
  ],
  [{ kubernetesVersion: "1.33", support: "standard" }, "support", /standard support of 1\.33 ended on 2026-07-29/],
  [{ addons: { "kube-proxy": "v1.35.3-eksbuild.21" } }, "addons.kube-proxy", /has to carry the cluster's minor, 1\.36/],
  [{ addons: { coredns: "1.14.3" } }, "addons.coredns", /no EKS add-on version/],
  // Access.
  [{ access: { endpoint: { publicRanges: [] } } }, "access.endpoint.publicRanges", /empty.*whole internet/],
  [{ access: { endpoint: { publicRanges: ["0.0.0.0/0"] } } }, "access.endpoint.publicRanges[0]", /lets in everybody/],
  [
    { access: { endpoint: { publicRanges: ["0.0.0.0/1"] } } },
    "access.endpoint.publicRanges[0]",
    /0\.0\.0\.0\/1 is no range of someone/,
  ],
  [
    { access: { endpoint: { publicRanges: ["128.0.0.0/1"] } } },
    "access.endpoint.publicRanges[0]",
    /128\.0\.0\.0\/1 is wider than a \/16/,
  ],
  [{ access: { endpoint: { publicRanges: ["169.254.0.0/16"] } } }, "access.endpoint.publicRanges[0]", /is private/],
  [{ access: { endpoint: "public" } }, "access.endpoint", /none of private/],
  [{ access: { endpoint: {} } }, "access.endpoint.publicRanges", /is missing/],
  [{ access: { endpoint: { publicRanges: ["10.1.0.0/16"] } } }, "access.endpoint.publicRanges[0]", /is private/],
  [{ access: { endpoint: { publicRanges: ["203.0.113.7"] } } }, "access.endpoint.publicRanges[0]", /not a block/],
  [{ access: { admins: ["alice"] } }, "access.admins[0]", /not the ARN.*arn:aws:iam/],
  [{ region: "cn-north-1", access: { admins: [ADMIN] } }, "access.admins[0]", /in aws-cn/],
  [{ access: { admins: [ADMIN, ADMIN] } }, "access.admins", /somebody twice/],
  [{ access: { creatorIsAdmin: false } }, "access.admins", /nobody could get in/],
  [{ encryption: { key: "alias/mine" } }, "encryption.key", /not the ARN of a key.*arn:aws:kms:us-west-2/],
  [
    { encryption: { key: "arn:aws:kms:us-east-1:123456789012:key/abc" } },
    "encryption.key",
    /is in us-east-1 of partition aws, the cluster in us-west-2/,
  ],
  // Names.
  [{ clusterName: "-train" }, "clusterName", /no name of a cluster/],
  [{ tags: { "aws:owner": "me" } }, "tags.aws:owner", /Amazon's own/],
  [{ gpus: { labels: { "kubernetes.io/role": "gpu" } } }, "gpus.labels.kubernetes.io/role", /belongs to Kubernetes/],
  [
    { gpus: { labels: { "nvidia.com/gpu.deploy.driver": "false" } } },
    "gpus.labels.nvidia.com/gpu.deploy.driver",
    /belongs to .* NVIDIA's operators/,
  ],
  [
    {
      gpus: {
        taints: [
          { key: "a", effect: "NoSchedule" },
          { key: "a", value: "b", effect: "NoSchedule" },
        ],
      },
    },
    "gpus.taints[1]",
    /a:NoSchedule is there twice/,
  ],
  [{ gpus: { labels: { team: "a'; reboot" } } }, "gpus.labels.team", /no value of a label/],
  [{ gpus: { taints: [{ key: "a b", effect: "NoSchedule" }] } }, "gpus.taints[0].key", /no key of a taint/],
  [{ gpus: { taints: [{ key: "a", effect: "Never" }] } }, "gpus.taints[0].effect", /none of NoSchedule/],
  [{ gpus: { kubelet: { cpuManagerPolicy: "dynamic" } } }, "gpus.kubelet.cpuManagerPolicy", /none of none, static/],
];

describe("eks() refuses", () => {
  for (const [settings, path, text] of WRONG) {
    it(`${path}: ${JSON.stringify(settings).slice(0, 90)}`, () => {
      const found = findings(settings);
      assert.deepEqual(
        found.map(([at]) => at),
        [path],
        JSON.stringify(found),
      );
      assert.match(found[0]?.[1] ?? "", text);
    });
  }

  it("settings without a region or GPUs, as JavaScript and configurations may have them", () => {
    const settings = {} as Parameters<typeof planEks>[0];
    assert.throws(() => planEks(settings), /region: is missing \(such as us-west-2\)[^]*gpus: is missing/);
  });

  it("everything that is wrong at once", () => {
    const found = findings({
      support: "standard",
      kubernetesVersion: "1.33",
      gpus: { nodes: 0, zone: "nowhere", capacity: capacityBlock("x"), image: amiRelease("1") },
      access: { creatorIsAdmin: false },
    });
    assert.deepEqual(
      found.map(([path]) => path),
      ["support", "gpus.nodes", "gpus.zone", "gpus.capacity.reservation", "gpus.image", "access.admins"],
    );
  });

  it("Kubernetes 1.37 until versions of its add-ons are named", () => {
    const missing = findings({ kubernetesVersion: "1.37" });
    assert.deepEqual(
      missing.map(([path]) => path),
      ["addons.vpc-cni", "addons.kube-proxy", "addons.coredns"],
    );
    assert.match(
      missing[0]?.[1] ?? "",
      /aws eks describe-addon-versions --kubernetes-version 1\.37 --addon-name vpc-cni/,
    );
    const addons = {
      "vpc-cni": "v1.24.0-eksbuild.1",
      "kube-proxy": "v1.37.0-eksbuild.2",
      coredns: "v1.14.4-eksbuild.1",
    };
    assert.equal(plan({ kubernetesVersion: "1.37", addons }).addons["kube-proxy"], "v1.37.0-eksbuild.2");
  });
});

describe("eks() takes", () => {
  const allowed: readonly Settings[] = [
    { gpus: { accelerator: "h200", instanceType: "p5e.48xlarge", zone: "usw2-az3" } },
    { gpus: { instanceType: "p5.4xlarge", interfaces: "combined" } },
    { gpus: { capacity: spot(), interfaces: "classic" } },
    { gpus: { nodes: 64, capacity: capacityBlock("cr-0123456789abcdef0") } },
    { gpus: { capacity: onDemandReservation("cr-0123", { placementGroup: "mine" }) } },
    { gpus: { zone: "us-west-2a", capacity: reservationGroup(GROUP) } },
    { gpus: { capacity: reservationGroup(GROUP) }, network: network() },
    { gpus: { interfaces: [...p5].reverse() } },
    { gpus: { accelerator: "gb300", capacity: onDemandReservation("cr-0123") } },
    { region: "us-east-1", gpus: gb200 },
    { region: "us-east-1", gpus: { ...gb200, interfaces: "eight-efa" } },
    { gpus: { nodes: 253, capacity: onDemandReservation("cr-01") }, network: { zones: ["us-west-2a", "us-west-2b"] } },
    { gpus: { nodes: 253 }, network: { gpuCidr: "100.64.0.0/16" } },
    { network: { cidr: "172.16.0.0/16", gpuCidr: "172.17.0.0/16" } },
    { network: { cidr: "172.20.0.0/16", serviceCidr: "10.100.0.0/16" } },
    { network: { zones: ["us-west-2a", "us-west-2b", "us-west-2c"], egress: "nat-per-zone" } },
    { region: "us-gov-west-1", network: { egress: "endpoints" } },
    { region: "eusc-de-east-1", network: { zones: ["eusc-de-east-1a", "eusc-de-east-1b"] } },
    { os: "amazonlinux", gpuStack: "operator-managed", gpus: { image: amiRelease("1.36.1-20261105") } },
    { os: "amazonlinux", gpus: { image: ami("ami-0123") } },
    { kubernetesVersion: "1.33" },
    { access: { endpoint: { publicRanges: ["203.0.113.0/24"] }, admins: [ADMIN], creatorIsAdmin: false } },
    { system: { instanceType: "m7g.2xlarge", nodes: 5 } },
  ];
  for (const settings of allowed)
    it(JSON.stringify(settings).slice(0, 110), () => {
      assert.deepEqual(findings(settings), []);
    });
});
