import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { flexStart, reservation } from "./capacity";
import { findingsOf, type Mistake, refuse } from "./findings.test";
import { settings } from "./settings.test";

const UNREADABLE: readonly Mistake[] = [
  ["no project", { project: undefined }, {}, "project", /is missing .*acme-ai/],
  ["a project that is known later", { project: pulumi.output("acme-ai") }, {}, "project", /an object, not a text/],
  ["a version that YAML took for a number", { kubernetesVersion: 1.36 }, {}, "kubernetesVersion", /1\.36.*in quotes/],
  ["no zone", {}, { zone: undefined }, "gpus.zone", /is missing .*us-central1-a/],
  ["nothing for a zone", {}, { zone: null }, "gpus.zone", /is null, not a text/],
  [
    "the name of an endpoint",
    { access: { endpoint: "dns" } },
    {},
    "access.endpoint",
    /"dns", not an object .*dnsEndpoint\(\)/,
  ],
  [
    "an unknown endpoint",
    { access: { endpoint: { kind: "open" } } },
    {},
    "access.endpoint.kind",
    /"open" is none of dns, private, public/,
  ],
  [
    "a private endpoint without its list",
    { access: { endpoint: { kind: "private" } } },
    {},
    "access.endpoint.from",
    /is missing/,
  ],
  [
    "one range for a list of them",
    { access: { endpoint: { kind: "public", from: "203.0.113.0/28" } } },
    {},
    "access.endpoint.from",
    /"203\.0\.113\.0\/28", not a list/,
  ],
  ["an administrator who is a number", { access: { admins: [7] } }, {}, "access.admins[0]", /is 7, not a text/],
  ["the name of a capacity", {}, { capacity: "spot" }, "gpus.capacity", /"spot", not an object .*spot\(\)/],
  [
    "an unknown capacity",
    {},
    { capacity: { kind: "block" } },
    "gpus.capacity.kind",
    /none of on-demand, spot, reservation/,
  ],
  ["a capacity of no kind", {}, { capacity: {} }, "gpus.capacity.kind", /is undefined, not one of on-demand/],
  [
    "a reservation without a name",
    {},
    { capacity: reservation(undefined as unknown as string) },
    "gpus.capacity.name",
    /is missing .*reservation\(NAME\)/,
  ],
  [
    "an unknown upgrade",
    {},
    { upgrade: { kind: "x" } },
    "gpus.upgrade.kind",
    /"x" is none of in-place, surge, blue-green/,
  ],
  ["a policy without its name", {}, { placement: {} }, "gpus.placement.policy", /is missing/],
  ["a label that YAML took for a number", {}, { labels: { team: 7 } }, 'gpus.labels["team"]', /is 7, not a text/],
  ["taints by key", {}, { taints: { team: "ml" } }, "gpus.taints", /an object, not a list/],
  ["a taint without an effect", {}, { taints: [{ key: "a" }] }, "gpus.taints[0].effect", /is missing/],
  ["a zone for zones", { system: { zones: "us-central1-a" } }, {}, "system.zones", /not a list/],
  ["protection in words", { protect: "false" }, {}, "protect", /"false", not true or false .*without quotes/],
  ["a driver without its owner", { gpuStack: { driver: "latest" } }, {}, "gpuStack.owner", /is missing/],
  ["a stack that is a number", { gpuStack: 1 }, {}, "gpuStack", /is 1, not a text or an object/],
  ["encryption without a key", { encryption: {} }, {}, "encryption.key", /is missing .*name the key/],
  ["encryption with nothing for a key", { encryption: { key: null } }, {}, "encryption.key", /is null/],
];

describe("settings for GKE that no compiler saw", () => {
  refuse(UNREADABLE);

  for (const gpus of [undefined, null, "h100", []])
    it(`refuse ${JSON.stringify(gpus) ?? "nothing"} for a pool`, () => {
      const [finding, ...more] = findingsOf({ ...settings(), gpus } as never);
      assert.deepEqual(more, []);
      assert.equal(finding?.path, "gpus");
      assert.match(finding.text, /accelerator, nodes and zone/);
    });

  it("refuse a run without an end", () => {
    const [finding] = findingsOf(settings({}, { capacity: { kind: flexStart().kind } }));
    assert.equal(finding?.path, "gpus.capacity.maxRunSeconds");
  });

  it("refuse half a network, part by part", () => {
    const found = findingsOf(settings({ network: { network: "n", podRange: "p" } }));
    assert.deepEqual(
      found.map(({ path }) => path),
      ["network.subnetwork", "network.serviceRange"],
    );
    assert.match(found[0]?.text ?? "", /network\.network names one .*two secondary ranges/);
  });

  it("refuse an unknown placement", () => {
    const [finding] = findingsOf(settings({}, { placement: "spread" }));
    assert.deepEqual(finding, { path: "gpus.placement", text: '"spread" is none of compact ()' });
  });

  it("are all reported at once", () => {
    const found = findingsOf(settings({ protect: "no", access: { endpoint: "dns" } }, { zone: 1, upgrade: "surge" }));
    assert.deepEqual(
      found.map(({ path }) => path),
      ["gpus.zone", "gpus.upgrade", "access.endpoint", "protect"],
    );
  });
});
