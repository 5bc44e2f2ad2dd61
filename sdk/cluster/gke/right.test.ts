import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { privateEndpoint, publicEndpoint } from "./args";
import { blueGreen, flexStart, reservation, spot, surge } from "./capacity";
import { findingsOf } from "./findings.test";
import { RACK, settings, type Loose } from "./settings.test";

const KEY = "projects/keys/locations/us-central1/keyRings/ring/cryptoKeys/key";

describe("right settings for GKE", () => {
  const RIGHT: readonly (readonly [what: string, changes: Loose, gpus: Loose])[] = [
    ["compact machines on demand", {}, { placement: "compact" }],
    ["a reservation's own policy", {}, { capacity: reservation("r"), placement: { policy: "close" } }],
    ["compact flex start of A3 Ultra", {}, { accelerator: "h200", capacity: flexStart(), placement: "compact" }],
    ["a surge on demand", {}, { upgrade: surge(2) }],
    ["blue/green on spot", {}, { capacity: spot(), upgrade: blueGreen() }],
    ["a small A3 on spot", {}, { machineType: "a3-highgpu-1g", capacity: spot() }],
    ["a whole rack", {}, RACK],
    ["A3 Ultra at 1.31", { kubernetesVersion: "1.31", releaseChannel: "extended" }, { accelerator: "h200" }],
    ["L4 machines", {}, { accelerator: "l4", machineType: "g2-standard-24" }],
    ["a slice of a GPU", {}, { accelerator: "rtx-pro-6000", machineType: "g4-standard-6" }],
    ["A4X Max at its floor", { kubernetesVersion: "1.35.0-gke.2745000" }, { ...RACK, accelerator: "gb300" }],
    ["A4X Max above its floors", {}, { ...RACK, accelerator: "gb300" }],
    ["an older minor in its channel", { kubernetesVersion: "1.35", releaseChannel: "stable" }, {}],
    ["a shared reservation's block", {}, { capacity: reservation("projects/p/reservations/r/reservationBlocks/b") }],
    ["three zones for the system", { system: { zones: ["us-central1-a", "us-central1-b", "us-central1-c"] } }, {}],
    ["a range that just fits", { network: { cidr: "10.0.0.0/15" } }, {}],
    [
      "a fabric that just fits",
      { network: { network: "n", subnetwork: "s", podRange: "p", serviceRange: "r", cidr: "10.9.0.0/20" } },
      {},
    ],
    ["a private endpoint for a VPN", { access: { endpoint: privateEndpoint("10.200.0.0/16", "100.64.0.0/10") } }, {}],
    ["a key that is there", { encryption: { key: KEY } }, {}],
    ["a key whose id is not known yet", { encryption: { key: pulumi.output(KEY) } }, {}],
    ["a fourth zone", {}, { zone: "us-central1-f" }],
    [
      "a taint with two effects",
      {},
      {
        taints: [
          { key: "acme.dev/team", effect: "NoSchedule" },
          { key: "acme.dev/team", effect: "NoExecute" },
        ],
      },
    ],
    ["a public endpoint for an office", { access: { endpoint: publicEndpoint("203.0.113.0/28") } }, {}],
    [
      "a group with its group of groups",
      { access: { admins: ["group:a@b.dev"], securityGroup: "gke-security-groups@b.dev" } },
      {},
    ],
    ["nothing logged", { logs: [] }, {}],
    [
      "labels and taints of a team",
      {},
      { labels: { "acme.dev/team": "ml" }, taints: [{ key: "acme.dev/team", effect: "NoExecute" }] },
    ],
  ];
  for (const [what, changes, gpus] of RIGHT)
    it(`take ${what}`, () => assert.deepEqual(findingsOf(settings(changes, gpus)), []));
});
