import assert from "node:assert/strict";
import { privateEndpoint, publicEndpoint } from "./args";
import { blueGreen, flexStart, queued, reservation, spot, surge } from "./capacity";
import { findingsOf } from "./findings.test";
import { RACK, settings, type Loose } from "./settings.test";

const KEY = "projects/keys/locations/us-central1/keyRings/ring/cryptoKeys/key";

/** Settings, pool settings, path of the one finding, and what it says. */
type Wrong = readonly [what: string, changes: Loose, gpus: Loose, path: string, says: RegExp];

const WRONG: readonly Wrong[] = [
  ["a project's name", { project: "Acme AI" }, {}, "project", /no project's id .*the id, not the name/],
  ["a zone for a region", { region: "us-central1-a" }, {}, "region", /no region .*zone in gpus\.zone/],
  ["no region at all", { region: "iowa" }, {}, "region", /no region/],
  ["a region that Google does not have", { region: "us-central9" }, {}, "region", /did you mean "us-central1"/],
  [
    "a zone that its region does not have",
    {},
    { zone: "us-central1-z" },
    "gpus.zone",
    /no zone .*it has .*us-central1-f/,
  ],
  [
    "a system zone that its region does not have",
    { region: "us-east1", system: { zones: ["us-east1-a"] } },
    { zone: "us-east1-b" },
    "system.zones",
    /no zone us-east1-a .*us-east1-b, us-east1-c, us-east1-d/,
  ],
  ["a zone of another region", {}, { zone: "europe-west4-b" }, "gpus.zone", /not in us-central1 .*zone of the region/],
  ["a region for a zone", {}, { zone: "us-central1" }, "gpus.zone", /no zone .*us-central1-a/],
  ["an unknown accelerator", {}, { accelerator: "h1000" }, "gpus.accelerator", /none of a100, h100/],
  ["an accelerator that Google lacks", {}, { accelerator: "l40s" }, "gpus.accelerator", /none of/],
  ["an inherited name", {}, { accelerator: "toString" }, "gpus.accelerator", /none of/],
  ["an unknown machine", {}, { machineType: "a3-gigagpu-8g" }, "gpus.machineType", /none of .*a3-megagpu-8g/],
  [
    "a machine with another accelerator",
    {},
    { machineType: "a4-highgpu-8g" },
    "gpus.machineType",
    /has b200, not h100 .*set gpus\.accelerator to b200/,
  ],
  ["no node", {}, { nodes: 0 }, "gpus.nodes", /from 1 to 1000/],
  ["nodes that are no number", {}, { nodes: NaN }, "gpus.nodes", /whole number/],
  ["nodes without end", {}, { nodes: 100_000 }, "gpus.nodes", /to 1000/],
  ["half a node", {}, { nodes: 2.5 }, "gpus.nodes", /whole number/],
  ["fewer nodes at most than at least", {}, { maxNodes: 2 }, "gpus.maxNodes", /less than gpus\.nodes/],
  [
    "two maxima",
    {},
    { maxNodes: 8, capacity: flexStart() },
    "gpus.maxNodes",
    /gpus\.nodes is the most already .*leave it out/,
  ],
  ["two NVLink domains in a pool", {}, { ...RACK, nodes: 19 }, "gpus.nodes", /one NVLink domain.*at most 18/],
  [
    "a rack on demand",
    {},
    { accelerator: "gb200" },
    "gpus.capacity",
    /on demand, which is the default .*reservation\(/,
  ],
  ["a rack on spot", {}, { ...RACK, capacity: spot() }, "gpus.capacity", /as spot .*specific reservation/],
  ["a rack by flex start", {}, { ...RACK, capacity: flexStart() }, "gpus.capacity", /as flex-start/],
  [
    "a small A3 on demand",
    {},
    { machineType: "a3-highgpu-1g" },
    "gpus.capacity",
    /not to be had on demand.*spot or flexStart/,
  ],
  [
    "a run of eight days",
    {},
    { capacity: flexStart({ maxRunSeconds: 691_200 }) },
    "gpus.capacity.maxRunSeconds",
    /to 604800, not 691200/,
  ],
  [
    "a reservation in another zone",
    {},
    { capacity: reservation("projects/p/zones/us-central1-b/reservations/r") },
    "gpus.capacity.name",
    /in us-central1-b, the pool in us-central1-a .*set gpus\.zone/,
  ],
  [
    "a sub-block without its block",
    {},
    { capacity: reservation("r/reservationSubBlocks/s") },
    "gpus.capacity.name",
    /no reservation .*projects\/PROJECT/,
  ],
  [
    "compact queued machines",
    {},
    { capacity: queued(), placement: "compact" },
    "gpus.placement",
    /queued machines cannot.*leave it out/,
  ],
  [
    "compact flex start where it cannot be",
    {},
    { capacity: flexStart(), placement: "compact" },
    "gpus.placement",
    /flex start of a3-megagpu-8g .*only a3-ultragpu-8g and a4-highgpu-8g/,
  ],
  [
    "a placement beside a reservation's",
    {},
    { capacity: reservation("r"), placement: "compact" },
    "gpus.placement",
    /placed its machines already .*\{ policy \}/,
  ],
  [
    "a placement for a rack",
    {},
    { ...RACK, placement: { policy: "mine" } },
    "gpus.placement",
    /by itself .*leave it out/,
  ],
  ["a policy without a name", {}, { placement: { policy: "My Policy" } }, "gpus.placement.policy", /no policy's name/],
  [
    "a surge into a reservation",
    {},
    { capacity: reservation("r"), upgrade: surge() },
    "gpus.upgrade",
    /more machines than there are.*bound to its reservation .*in place/,
  ],
  [
    "blue/green in a compact placement",
    {},
    { placement: "compact", upgrade: blueGreen() },
    "gpus.upgrade",
    /blue-green wants.*bound to its placement/,
  ],
  ["blue/green of a rack", {}, { ...RACK, upgrade: blueGreen() }, "gpus.upgrade", /bound to its reservation/],
  ["a surge of nothing", {}, { upgrade: surge(0) }, "gpus.upgrade.nodes", /from 1 to 20/],
  [
    "Persistent Disk on a machine without",
    {},
    { accelerator: "h200", disk: { type: "pd-ssd" } },
    "gpus.disk.type",
    /a3-ultragpu-8g does not boot from pd-ssd .*hyperdisk-balanced/,
  ],
  ["a small boot disk", {}, { disk: { sizeGb: 10 } }, "gpus.disk.sizeGb", /from 50/],
  [
    "a second owner of the device plug-in",
    {},
    { labels: { "gke-no-default-nvidia-gpu-device-plugin": "true" } },
    'gpus.labels["gke-no-default-nvidia-gpu-device-plugin"]',
    /who advertises GPUs .*gpuStack: "bundle-installer"/,
  ],
  [
    "a label of Google's",
    {},
    { labels: { "cloud.google.com/gke-spot": "true" } },
    'gpus.labels["cloud.google.com/gke-spot"]',
    /belongs to .*take your own/,
  ],
  ["a label with a space", {}, { labels: { team: "a b" } }, 'gpus.labels["team"]', /no label of Kubernetes/],
  [
    "the GPU taint twice",
    {},
    { taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] },
    "gpus.taints[0]",
    /on every GPU pool already .*leave it out/,
  ],
  [
    "a taint twice",
    {},
    {
      taints: [
        { key: "acme.dev/team", value: "a", effect: "NoSchedule" },
        { key: "acme.dev/team", value: "b", effect: "NoSchedule" },
      ],
    },
    "gpus.taints[1]",
    /acme\.dev\/team:NoSchedule is there twice .*leave one out/,
  ],
  [
    "a taint that GKE sets",
    {},
    { taints: [{ key: "kubernetes.io/arch", value: "arm64", effect: "NoSchedule" }] },
    "gpus.taints[0]",
    /GKE sets by itself .*leave it out/,
  ],
  [
    "an unknown effect",
    {},
    { taints: [{ key: "team", value: "a", effect: "NO_SCHEDULE" }] },
    "gpus.taints[0].effect",
    /none of NoSchedule/,
  ],
  ["another system", { os: "ubuntu" }, {}, "os", /no recipe on GKE .*Container-Optimized OS/],
  ["an unknown owner of the driver", { gpuStack: "operator-managed" }, {}, "gpuStack", /none of gke-default/],
  [
    "GKE's driver beside the recipe's",
    { gpuStack: { owner: "bundle-installer", driver: "latest" } },
    {},
    "gpuStack.driver",
    /is GKE's, but bundle-installer installs its own .*leave it out/,
  ],
  [
    "a version without its build",
    { kubernetesVersion: "1.36.4" },
    {},
    "kubernetesVersion",
    /no version .*1\.36 or 1\.36\.4-gke/,
  ],
  [
    "a minor that is gone",
    { kubernetesVersion: "1.30" },
    {},
    "kubernetesVersion",
    /regular has no 1\.30 .*1\.34, 1\.35, 1\.36/,
  ],
  [
    "the default in a channel without it",
    { releaseChannel: "stable" },
    {},
    "kubernetesVersion",
    /stable has no 1\.36, the default .*1\.34, 1\.35/,
  ],
  ["no channel", { releaseChannel: "unspecified" }, {}, "releaseChannel", /none of rapid, regular/],
  [
    "a version under a machine's floor",
    { kubernetesVersion: "1.35.0-gke.100" },
    { ...RACK, accelerator: "gb300" },
    "kubernetesVersion",
    /a4x-maxgpu-4g-metal needs more than 1\.35\.0-gke\.100 .*1\.35\.0-gke\.2745000/,
  ],
  [
    "A4 before its RDMA",
    { kubernetesVersion: "1.31", releaseChannel: "extended" },
    { accelerator: "b200" },
    "kubernetesVersion",
    /a4-highgpu-8g needs more than 1\.31 .*1\.32\.2-gke\.1475000/,
  ],
  [
    "G4 before its driver",
    { kubernetesVersion: "1.33", releaseChannel: "extended" },
    { accelerator: "rtx-pro-6000" },
    "kubernetesVersion",
    /g4-standard-384 needs more than 1\.33 .*1\.34\.0-gke\.1662000/,
  ],
  [
    "nodes that cannot be shared out",
    { system: { nodes: 4, zones: ["us-central1-a", "us-central1-b", "us-central1-c"] } },
    {},
    "system.nodes",
    /4 nodes .*3 zones .*per zone/,
  ],
  ["a system zone elsewhere", { system: { zones: ["us-east1-b"] } }, {}, "system.zones", /not in us-central1/],
  ["a zone twice", { system: { nodes: 4, zones: ["us-central1-a", "us-central1-a"] } }, {}, "system.zones", /twice/],
  ["no system zone", { system: { zones: [] } }, {}, "system.zones", /is empty/],
  [
    "a system machine without Persistent Disks",
    { system: { machineType: "n4-standard-16" } },
    {},
    "system.machineType",
    /e2-standard-16/,
  ],
  ["a range with host bits", { network: { cidr: "10.0.0.1/10" } }, {}, "network.cidr", /no IPv4 range .*first address/],
  ["a public range", { network: { cidr: "8.0.0.0/8" } }, {}, "network.cidr", /no private range .*10\.0\.0\.0\/8/],
  [
    "too few addresses",
    { network: { cidr: "10.0.0.0/16" } },
    {},
    "network.cidr",
    /too small for 256 nodes .*take a \/15/,
  ],
  [
    "less room than nodes",
    { network: { maxNodes: 4 } },
    {},
    "network.maxNodes",
    /may have 7 nodes together .*count both/,
  ],
  ["too many pods", { network: { podsPerNode: 300 } }, {}, "network.podsPerNode", /from 8 to 256/],
  [
    "a fabric that does not fit beside a network that is there",
    { network: { network: "n", subnetwork: "s", podRange: "p", serviceRange: "r", cidr: "10.9.0.0/21" } },
    {},
    "network.cidr",
    /too small/,
  ],
  [
    "an API server for everybody",
    { access: { endpoint: publicEndpoint("0.0.0.0/0") } },
    {},
    "access.endpoint",
    /opens the API server .*dnsEndpoint/,
  ],
  [
    "a public one for nobody",
    { access: { endpoint: { kind: "public", from: [] } } },
    {},
    "access.endpoint",
    /without any range/,
  ],
  ["a single address", { access: { endpoint: privateEndpoint("10.0.0.7") } }, {}, "access.endpoint", /no IPv4 range/],
  [
    "everybody at a private address",
    { access: { endpoint: privateEndpoint("0.0.0.0/0") } },
    {},
    "access.endpoint",
    /0\.0\.0\.0\/0 is no private range.*10\.0\.0\.0\/8.*publicEndpoint/,
  ],
  [
    "a public range at a private address",
    { access: { endpoint: privateEndpoint("10.0.0.0/8", "8.8.8.0/24") } },
    {},
    "access.endpoint",
    /8\.8\.8\.0\/24 is no private range/,
  ],
  [
    "no key at all",
    { encryption: { key: "nope" } },
    {},
    "encryption.key",
    /"nope" is no id .*locations\/us-central1\//,
  ],
  [
    "a version of a key",
    { encryption: { key: `${KEY}/cryptoKeyVersions/1` } },
    {},
    "encryption.key",
    /no id of a key .*without a version/,
  ],
  [
    "a key of another region",
    { encryption: { key: KEY.replace("us-central1", "europe-west4") } },
    {},
    "encryption.key",
    /in europe-west4, the cluster in us-central1 .*cluster's region/,
  ],
  [
    "an administrator without a kind",
    { access: { admins: ["ada@acme.dev"] } },
    {},
    "access.admins[0]",
    /names nobody .*user:/,
  ],
  [
    "a group that GKE would not know",
    { access: { admins: ["group:gpu@acme.dev"] } },
    {},
    "access.securityGroup",
    /is missing.*gke-security-groups@/,
  ],
  [
    "a group of groups by another name",
    { access: { securityGroup: "gpu@acme.dev" } },
    {},
    "access.securityGroup",
    /gke-security-groups@DOMAIN/,
  ],
  ["an unknown log", { logs: ["SYSTEM_COMPONENTS", "AUDIT"] }, {}, "logs[1]", /none of SYSTEM_COMPONENTS/],
  ["logs without the system's", { logs: ["WORKLOADS"] }, {}, "logs", /leaves out SYSTEM_COMPONENTS/],
  ["a time that is none", { maintenanceWindow: "25:00" }, {}, "maintenanceWindow", /no time of day .*03:00/],
  ["an upper-case label", { resourceLabels: { Team: "gpu" } }, {}, 'resourceLabels["Team"]', /lower-case/],
  ["an unknown part", { allowReplace: ["pool"] }, {}, "allowReplace[0]", /none of cluster, gpus, network, key/],
];

describe("wrong settings for GKE", () => {
  for (const [what, changes, gpus, path, says] of WRONG)
    it(`refuse ${what}`, () => {
      const found = findingsOf(settings(changes, gpus));
      assert.deepEqual(
        found.map((finding) => finding.path),
        [path],
        JSON.stringify(found),
      );
      assert.match(found[0]?.text ?? "", says);
    });

  it("are all reported at once", () => {
    const wrong = settings({ region: "iowa", os: "ubuntu", network: { cidr: "x" } }, { nodes: 0, machineType: "p5" });
    assert.deepEqual(
      findingsOf(wrong)
        .map(({ path }) => path)
        .sort(),
      ["gpus.machineType", "gpus.nodes", "network.cidr", "os", "region"],
    );
  });
});
