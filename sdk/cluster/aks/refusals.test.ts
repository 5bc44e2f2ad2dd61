import assert from "node:assert/strict";
import { capacityReservationGroup, group, newReservation, nodePoolSnapshot, spot, user } from "./constructors";
import { checkClusterName } from "./plan";
import { findingsOf, GROUP, type Loose, RESERVED, SUBNET, withGpus } from "./planning.test";

const UUID = "11111111-2222-3333-4444-555555555555";
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/keys`;
const KEY = `https://keys.vault.azure.net/keys/k/${"a".repeat(32)}`;

/** Settings, the path that is wrong, and what is said of it with the way out. */
const WRONG: readonly (readonly [settings: Loose, path: string, said: RegExp])[] = [
  [{ location: "East US 2" }, "location", /is no region.*eastus2/],
  [{ location: undefined }, "location", /is missing.*eastus2/],
  [{ gpus: undefined }, "gpus", /is missing.*accelerator: "h100"/],
  [{ gpus: "h100" }, "gpus", /is "h100", not an object/],
  [{ kubernetesVersion: 1.36 }, "kubernetesVersion", /is 1\.36, not a text/],
  [{ access: { endpoint: "public", authorizedRanges: "203.0.113.0/24" } }, "access.authorizedRanges", /not a list/],
  [withGpus({ taints: [{ key: "team" }] }), "gpus.taints[0].effect", /is missing/],
  [{ identities: { data: { namespace: "a", serviceAccount: "b" } } }, 'identities["data"].roles', /is missing/],
  [{ system: null }, "system", /is null, not an object/],
  [{ location: "qatarcentral" }, "location", /cannot join the network.*another region/],
  [{ os: "azurelinux" }, "os", /"azurelinux" is none of ubuntu/],
  [{ kubernetesVersion: "latest" }, "kubernetesVersion", /is no version.*1\.36/],
  [{ kubernetesVersion: "1.33" }, "kubernetesVersion", /older than 1\.34.*choose one of 1\.34/],
  [{ kubernetesVersion: "1.99.1" }, "kubernetesVersion", /AKS has no 1\.99\.1.*1\.37/],
  [{ support: "long-term" }, "support", /no long-term support for 1\.36.*1\.35/],
  [{ gpuStack: "managed" }, "gpuStack", /none of azure-managed, operator-managed/],
  [withGpus({ accelerator: "b200" }), "gpus.accelerator", /none of a100, h100/],
  [withGpus({ nodes: 0 }), "gpus.nodes", /from 1 to 1000/],
  [withGpus({ nodes: 2.5 }), "gpus.nodes", /whole number/],
  [withGpus({ vmSize: "Standard_ND96isr_H200_v5" }), "gpus.vmSize", /has h200, not h100.*Standard_ND96isr_H100_v5/],
  [withGpus({ vmSize: "p5.48xlarge" }), "gpus.vmSize", /no "p5.48xlarge" is known.*with h100/],
  [withGpus({ vmSize: "constructor" }), "gpus.vmSize", /no "constructor" is known/],
  [
    {
      ...withGpus({ accelerator: "rtx-pro-6000", vmSize: "Standard_NC36ds_xl_RTXPRO6000BSE_v6" }),
      gpuStack: "operator-managed",
    },
    "gpuStack",
    /parts of a GPU.*azure-managed/,
  ],
  [withGpus({ zone: "4" }), "gpus.zone", /none of 1, 2, 3/],
  [{ ...withGpus({ zone: "1" }), location: "westus" }, "gpus.zone", /westus has no availability zones.*leave it out/],
  [
    withGpus({ zone: "2", capacity: capacityReservationGroup(RESERVED, { zone: "1" }) }),
    "gpus.zone",
    /is 2, and the reservation is in zone 1.*leave it out/,
  ],
  [
    withGpus({ capacity: capacityReservationGroup("h100") }),
    "gpus.capacity",
    /"h100" is no identifier.*capacityReservationGroups/,
  ],
  [withGpus({ capacity: capacityReservationGroup(VAULT) }), "gpus.capacity", /is a microsoft.keyvault\/vaults/],
  [
    withGpus({ capacity: { kind: "block", id: "b" } }),
    "gpus.capacity.kind",
    /"block" is none of on-demand, reservation-group, new-reservation, spot/,
  ],
  [withGpus({ capacity: { kind: "reservation-group" } }), "gpus.capacity", /is missing.*capacityReservationGroups/],
  [
    withGpus({ capacity: capacityReservationGroup(RESERVED), upgrade: { surge: 1 } }),
    "gpus.upgrade.surge",
    /not be in the reservation.*unavailable: 1/,
  ],
  [
    withGpus({ capacity: newReservation(), upgrade: { surge: 1 } }),
    "gpus.upgrade.surge",
    /reservation is for gpus.nodes/,
  ],
  [withGpus({ capacity: spot({ maxPrice: 0 }) }), "gpus.capacity.maxPrice", /0 is no price.*-1/],
  [withGpus({ capacity: spot(), upgrade: { unavailable: 1 } }), "gpus.upgrade", /no upgrade settings for a Spot pool/],
  [withGpus({ upgrade: { surge: 1, unavailable: 1 } }), "gpus.upgrade", /both surge and unavailable/],
  [withGpus({ upgrade: { unavailable: 5 } }), "gpus.upgrade.unavailable", /from 1 to 4/],
  [withGpus({ labels: { "kubernetes.azure.com/mode": "x" } }), 'gpus.labels["kubernetes.azure.com/mode"]', /AKS keeps/],
  [withGpus({ labels: { "cairn.dev/pool": "mine" } }), 'gpus.labels["cairn.dev/pool"]', /how the stack finds the pool/],
  [withGpus({ labels: { team: "a b" } }), 'gpus.labels["team"]', /"a b" is no label value/],
  [
    withGpus({ taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }] }),
    "gpus.taints[0].key",
    /has nvidia.com\/gpu=present:NoSchedule already/,
  ],
  [
    withGpus({ taints: [1, 2].map(() => ({ key: "team", effect: "NoSchedule" })) }),
    "gpus.taints[1]",
    /team:NoSchedule is there already.*leave one out/,
  ],
  [withGpus({ taints: [{ key: "team", effect: "Never" }] }), "gpus.taints[0].effect", /none of NoSchedule/],
  [withGpus({ image: nodePoolSnapshot(VAULT) }), "gpus.image", /not a microsoft.containerservice\/snapshots/],
  [withGpus({ disk: { sizeGiB: 2000, type: "ephemeral" } }), "gpus.disk.type", /has 1024 GiB, less than 2000.*managed/],
  [withGpus({ disk: { sizeGiB: 10 } }), "gpus.disk.sizeGiB", /from 30 to 2048/],
  [withGpus({ maxPods: 500 }), "gpus.maxPods", /from 10 to 250/],
  [{ system: { nodes: 0 } }, "system.nodes", /from 1 to 100/],
  [{ system: { vmSize: "Standard_ND96isr_H100_v5" } }, "system.vmSize", /has GPUs.*Standard_D8ds_v5/],
  [{ location: "northcentralus", system: { zones: ["1"] } }, "system.zones", /no availability zones/],
  [{ network: { cidr: "10.224.0.0" } }, "network.cidr", /is no IPv4 block/],
  [{ network: { cidr: "10.224.1.0/16" } }, "network.cidr", /is no IPv4 block.*own boundary/],
  [{ network: { cidr: "20.0.0.0/16" } }, "network.cidr", /is not private/],
  [{ network: { cidr: "172.30.0.0/16" } }, "network.cidr", /overlaps 172.30.0.0\/16, which AKS keeps/],
  [{ network: { cidr: "10.224.0.0/27" } }, "network.cidr", /0 addresses for nodes, and 8 are needed.*\/26/],
  [{ network: { podCidr: "10.244.0.0/22" } }, "network.podCidr", /enough for 4 nodes.*8 are needed.*\/21/],
  [{ network: { podCidr: "10.224.128.0/17" } }, "network.podCidr", /overlaps 10.224.0.0\/16 of network.cidr/],
  [{ network: { serviceCidr: "10.245.0.0/16" } }, "network.serviceCidr", /overlaps 10.244.0.0\/14 of network.podCidr/],
  [{ network: { serviceCidr: "172.16.0.0/28" } }, "network.serviceCidr", /no range for Services.*\/13 to \/24/],
  [
    { network: { nodeSubnet: "nodes", apiServerSubnet: `${SUBNET}/api` } },
    "network.nodeSubnet",
    /"nodes" is no identifier.*virtualNetworks\/…\/subnets/,
  ],
  [
    { network: { nodeSubnet: `${SUBNET}/a`, apiServerSubnet: `${SUBNET}/a` } },
    "network.apiServerSubnet",
    /needs its own/,
  ],
  [
    { network: { nodeSubnet: `${SUBNET}/a`, apiServerSubnet: `${SUBNET}/A` } },
    "network.apiServerSubnet",
    /needs its own/,
  ],
  [{ network: { nodeSubnet: `${SUBNET}/a` } }, "network.apiServerSubnet", /is missing.*virtualNetworks\/…\/subnets/],
  [
    { network: { apiServerSubnet: `${SUBNET}/a` } },
    "network.apiServerSubnet",
    /for a network that is there, and network\.nodeSubnet names none/,
  ],
  [{ network: { outbound: "route" } }, "network.outbound", /network\.nodeSubnet names none.*name both subnets/],
  [
    { network: { nodeSubnet: `${SUBNET}/a`, apiServerSubnet: `${SUBNET}/b`, cidr: "10.1.0.0/16" } },
    "network.cidr",
    /network of the cluster's own.*leave one of them out/,
  ],
  [{ access: { endpoint: "public", authorizedRanges: [] } }, "access.authorizedRanges", /at least one range/],
  [
    { access: { endpoint: "public", authorizedRanges: ["0.0.0.0/0"] } },
    "access.authorizedRanges[0]",
    /lets in everybody/,
  ],
  [
    { access: { endpoint: "public", authorizedRanges: ["0.0.0.0/1", "128.0.0.0/1"] } },
    "access.authorizedRanges[1]",
    /128\.0\.0\.0\/1 is wider than a \/16.*name your own/,
  ],
  [{ access: { endpoint: "public", authorizedRanges: ["10.1.0.0/16"] } }, "access.authorizedRanges[0]", /is private/],
  [{ access: { endpoint: "public", authorizedRanges: ["office"] } }, "access.authorizedRanges[0]", /no IPv4 address/],
  [{ access: { authorizedRanges: ["203.0.113.0/24"] } }, "access.authorizedRanges", /is for a public endpoint/],
  [{ access: { admins: [] } }, "access.admins", /nobody could install/],
  [{ access: { admins: [user("jane@acme.test")] } }, "access.admins[0]", /no object identifier.*az ad/],
  [{ access: { admins: [user(UUID), group(UUID)] } }, "access.admins[1]", /there already/],
  [{ access: { login: "devicecode" } }, "access.login", /none of azurecli/],
  [{ encryption: KEY }, "encryption", /not an object/],
  [{ encryption: { key: KEY } }, "encryption.key", /not an object/],
  [{ encryption: { key: { url: KEY } } }, "encryption.key.vault", /is missing.*vaults/],
  [{ encryption: { key: { vault: VAULT } } }, "encryption.key.url", /is missing.*az keyvault/],
  [
    { encryption: { key: { vault: VAULT, url: "https://keys.vault.azure.net/keys/k" } } },
    "encryption.key.url",
    /has no version/,
  ],
  [
    { encryption: { key: { vault: VAULT, url: KEY.replace("keys.v", "other.v") } } },
    "encryption.key.url",
    /vault other.*is keys/,
  ],
  [
    { encryption: { key: { vault: SUBNET, url: KEY } } },
    "encryption.key.vault",
    /not a microsoft.keyvault\/vaults|no identifier/,
  ],
  [{ logs: { retentionDays: 7 } }, "logs.retentionDays", /from 30 to 730/],
  [
    { logs: { workspace: `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/w`, retentionDays: 60 } },
    "logs.retentionDays",
    /setting of the workspace/,
  ],
  [{ upgrades: { nodeImages: "node-image" } }, "upgrades.window", /at any time.*Sunday/],
  [{ upgrades: { window: { day: "Sunday", start: "02:00" } } }, "upgrades.window", /nothing moves in it/],
  [
    { upgrades: { nodeImages: "node-image", window: { day: "Sunday", start: "25:00", hours: 2 } } },
    "upgrades.window.hours",
    /from 4 to 24/,
  ],
  [
    { kubernetesVersion: "1.36.1", upgrades: { kubernetes: "patch", window: { day: "Sunday", start: "02:00" } } },
    "upgrades.kubernetes",
    /away from what the program says.*as 1\.36/,
  ],
  [
    {
      ...withGpus({ image: nodePoolSnapshot(`${GROUP}/providers/Microsoft.ContainerService/snapshots/s`) }),
      upgrades: { nodeImages: "node-image", window: { day: "Sunday", start: "02:00" } },
    },
    "upgrades.nodeImages",
    /away from the image in gpus.image/,
  ],
  [{ resourceGroup: GROUP }, "resourceGroup", /its name alone/],
  [{ registries: { mirror: VAULT } }, "registries.mirror", /not a microsoft.containerregistry\/registries/],
  [
    { identities: { key: { namespace: "a", serviceAccount: "b", roles: [] } } },
    "identities.key",
    /one that the target uses/,
  ],
  [
    {
      identities: {
        one: { namespace: "a", serviceAccount: "b", roles: [] },
        two: { namespace: "a", serviceAccount: "b", roles: [] },
      },
    },
    "identities.two",
    /a\/b has the identity one already/,
  ],
  [
    { identities: { one: { namespace: "a", serviceAccount: "b", roles: [{ role: "Reader", scope: GROUP }] } } },
    "identities.one.roles[0].role",
    /"Reader" is no identifier of a role/,
  ],
  [{ features: "maybe" }, "features", /none of register, registered/],
  [{ allowReplace: ["vpc"] }, "allowReplace[0]", /none of cluster, gpus, network, keys/],
];

describe("a plan for AKS refuses", () => {
  for (const [settings, path, said] of WRONG)
    it(`${path}: ${JSON.stringify(settings)}`, () => {
      const found = findingsOf(settings).filter((finding) => finding.path === path);
      assert.ok(found.length > 0, `${path} is not among ${JSON.stringify(findingsOf(settings))}`);
      assert.match(found.map(({ message, hint = "" }) => `${message} ${hint}`).join("\n"), said);
    });

  it("everything that is wrong at once", () => {
    const found = findingsOf({
      ...withGpus({ nodes: 0, zone: "9" }),
      kubernetesVersion: "1.20",
      network: { podCidr: "x" },
      access: { login: "magic" },
    });
    assert.deepEqual(
      found.map(({ path }) => path),
      ["kubernetesVersion", "gpus.nodes", "gpus.zone", "network.podCidr", "access.login"],
    );
  });

  it("nothing twice", () => {
    assert.deepEqual(
      findingsOf({ gpus: undefined, location: undefined }).map(({ path }) => path),
      ["gpus", "location"],
    );
  });

  it("names that no cluster can have", () => {
    for (const name of ["Train", "9lives", "a".repeat(41), "ends-", "a_b"])
      assert.throws(() => checkClusterName(name), /name: .* cannot name a cluster/, name);
    for (const name of ["t", "train", "train-2"]) checkClusterName(name);
  });
});
