import assert from "node:assert/strict";
import { InstanceType } from "@pulumi/aws/types/enums/ec2";
import { Findings } from "../cloud/findings";
import { type GpuInstance, INSTANCES, SOURCES, USUAL_INSTANCE } from "./instances";
import { addressCount, checkLayout, efaCount } from "./interfaces";
import { REGIONS, usualZones, ZONES_WITHOUT_CONTROL_PLANE, zoneOf, type AwsRegion } from "./regions";
import { MINORS, type MinorFacts } from "./versions";

const all = Object.entries(INSTANCES) as readonly (readonly [string, GpuInstance])[];

describe("instance types of EKS", () => {
  it("are those of the provider, but for one that it has not heard of yet", () => {
    const known = new Set<string>(Object.values(InstanceType));
    const unknown = all.map(([type]) => type).filter((type) => !known.has(type));
    // The g families newer than the provider's list, and GB300.
    assert.deepEqual(unknown, ["p6e-gb300r.36xlarge"]);
  });

  it("leave out no size of a family that the provider has", () => {
    const families = new Set(all.map(([type]) => type.slice(0, type.indexOf("."))));
    const known = (Object.values(InstanceType) as string[]).filter((type) =>
      families.has(type.slice(0, type.indexOf("."))),
    );
    assert.deepEqual(
      known.filter((type) => !Object.hasOwn(INSTANCES, type) && !type.includes("metal")),
      [],
    );
  });

  for (const [type, instance] of all)
    it(`${type}: every layout fits the cards, and no fabric means no EFA`, () => {
      const out = new Findings();
      for (const [name, layout] of Object.entries(instance.layouts)) {
        checkLayout(layout, name, type, instance, out);
        assert.equal(efaCount(layout) > 0, instance.fabric === "efa", name);
        assert.ok(addressCount(layout) >= 1, name);
      }
      assert.doesNotThrow(() => out.refuse(type));
      assert.ok(instance.gpus >= 1 && instance.gpus <= 8);
      assert.ok(instance.sources.length > 0 && instance.sources.every((source) => source in SOURCES));
    });

  it("have the interfaces of EC2's guide", () => {
    const counts = Object.fromEntries(
      all
        .filter(([type]) => type.startsWith("p"))
        .map(([type, { layouts }]) => [
          type,
          Object.entries(layouts).map(
            ([name, layout]) =>
              `${name} ${layout.length} interfaces ${efaCount(layout)} EFA ${addressCount(layout)} addresses`,
          ),
        ]),
    );
    const hopper = [
      "recommended 33 interfaces 32 EFA 1 addresses",
      "full-ip-bandwidth 40 interfaces 32 EFA 8 addresses",
      "classic 32 interfaces 32 EFA 32 addresses",
    ];
    const a100 = ["recommended 5 interfaces 4 EFA 1 addresses", "classic 4 interfaces 4 EFA 4 addresses"];
    assert.deepEqual(counts, {
      "p4d.24xlarge": a100,
      "p4de.24xlarge": a100,
      "p5.48xlarge": hopper,
      "p5.4xlarge": ["recommended 2 interfaces 1 EFA 1 addresses", "combined 1 interfaces 1 EFA 1 addresses"],
      "p5e.48xlarge": hopper,
      "p5en.48xlarge": ["recommended 17 interfaces 16 EFA 1 addresses", "classic 16 interfaces 16 EFA 16 addresses"],
      "p6-b200.48xlarge": [
        "recommended 9 interfaces 8 EFA 1 addresses",
        "full-ip-bandwidth 16 interfaces 8 EFA 8 addresses",
      ],
      "p6-b300.48xlarge": [
        "recommended 17 interfaces 16 EFA 1 addresses",
        "full-ip-bandwidth 33 interfaces 16 EFA 17 addresses",
      ],
      "p6e-gb200.36xlarge": ["recommended 5 interfaces 4 EFA 1 addresses", "eight-efa 9 interfaces 8 EFA 1 addresses"],
      "p6e-gb300r.36xlarge": ["recommended 2 interfaces 1 EFA 1 addresses"],
    });
    const first = INSTANCES["p6-b300.48xlarge"].layouts.recommended.filter(({ card }) => card === 0);
    assert.deepEqual(first, [{ card: 0, device: 0, type: "interface" }]);
    const gb200 = INSTANCES["p6e-gb200.36xlarge"].layouts.recommended;
    assert.deepEqual(
      gb200.map(({ card, device }) => [card, device]),
      [
        [0, 0],
        [1, 0],
        [5, 0],
        [9, 0],
        [13, 0],
      ],
    );
  });

  it("have one usual type for each accelerator, which has it", () => {
    assert.deepEqual(
      Object.keys(USUAL_INSTANCE).sort(),
      [...new Set(all.map(([, { accelerator }]) => accelerator))].sort(),
    );
    for (const [accelerator, type] of Object.entries(USUAL_INSTANCE))
      assert.equal(INSTANCES[type].accelerator, accelerator);
  });

  it("are Arm where the GPU sits beside a Grace, and nowhere else", () => {
    const arm = all
      .filter(([, { architecture }]) => architecture === "arm64")
      .map(([, { accelerator }]) => accelerator);
    assert.deepEqual(arm, ["gb200", "gb300"]);
  });
});

describe("Kubernetes minors of EKS", () => {
  for (const [minor, facts] of Object.entries(MINORS) as [string, MinorFacts][])
    it(`${minor}: dates are in order and kube-proxy carries the minor`, () => {
      assert.ok(facts.standardEnds < facts.extendedEnds);
      const { "kube-proxy": proxy = `v${minor}.0` } = facts.addons;
      assert.ok(proxy.startsWith(`v${minor}.`));
    });

  it("are in the state that their dates say, on 2026-11-20", () => {
    for (const [minor, { state, standardEnds, extendedEnds }] of Object.entries(MINORS)) {
      const today = "2026-11-20";
      assert.equal(state, today < standardEnds ? "standard" : today < extendedEnds ? "extended" : "ended", minor);
    }
  });
});

describe("regions of AWS", () => {
  const regions = Object.keys(REGIONS) as AwsRegion[];

  it("put no control plane where EKS takes none, and read their own zones back", () => {
    for (const region of regions)
      for (const zone of usualZones(region)) {
        assert.ok(!ZONES_WITHOUT_CONTROL_PLANE.includes(zone));
        assert.deepEqual(zoneOf(zone, region), { by: "id", local: false });
      }
  });

  it("know zones and Local Zones by name and by ID, and no one else's", () => {
    assert.deepEqual(zoneOf("us-east-1-dfw-2a", "us-east-1"), { by: "name", local: true });
    assert.deepEqual(zoneOf("use1-dfw2-az1", "us-east-1"), { by: "id", local: true });
    assert.deepEqual(zoneOf("us-east-1d", "us-east-1"), { by: "name", local: false });
    for (const zone of ["us-east-2a", "use2-az1", "us-east-1", "use1", "us-east-1aa"])
      assert.equal(zoneOf(zone, "us-east-1"), undefined, zone);
  });

  it("have zone IDs of their own", () => {
    const prefixes = regions.flatMap((region) => usualZones(region).slice(0, 1));
    assert.equal(new Set(prefixes).size, prefixes.length);
  });
});
