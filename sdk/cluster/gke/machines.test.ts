import assert from "node:assert/strict";
import { MACHINES, SOURCES, USUAL_MACHINE, type GkeMachine } from "./machines";
import { CHANNELS, DEFAULT_MINOR, parseVersion, reaches } from "./versions";

const machines: readonly (readonly [string, GkeMachine])[] = Object.entries(MACHINES);

describe("the machines of GKE", () => {
  /** Interfaces that the layout of networks makes, the first one included. */
  const interfaces = ({ networks, nics }: GkeMachine): number => {
    switch (networks.kind) {
      case "none":
        return 1;
      case "gpu-nics":
        return 1 + networks.count;
      case "rdma":
        return 2 + networks.subnets;
      case "automatic":
        return nics;
    }
  };
  const HOST_ONLY = ["a3-edgegpu-8g", "g4-standard-384"];

  for (const [type, machine] of machines)
    it(`agree with each other about ${type}`, () => {
      assert.equal(
        Number(/-(\d+)g(?:-metal)?$/.exec(type)?.[1] ?? machine.gpus),
        machine.gpus,
        "GPUs, as its name says",
      );
      if (!HOST_ONLY.includes(type)) assert.equal(interfaces(machine), machine.nics, "an interface for each network");
      assert.equal(machine.fabric === "none", machine.networks.kind === "none", "a fabric has networks");
      assert.equal(machine.networks.kind === "gpu-nics", machine.fabric.startsWith("tcpx"));
      if (machine.networks.kind === "gpu-nics") assert.equal(machine.networks.mtu, 8244);
      if (machine.networks.kind === "rdma") assert.equal(machine.networks.mtu, 8896);
      assert.equal(
        machine.bootDisks.some((disk) => disk.startsWith("pd-")),
        machine.persistentDisk,
      );
      if (machine.localSsd.fixed && machine.topology === undefined)
        assert.equal(machine.localSsd.gib, machine.localSsd.disks * 375, "disks of 375 GiB");
      if (machine.topology !== undefined) {
        const gpus = Number(machine.topology.accelerators.replace(/^1x/, ""));
        assert.equal(machine.topology.machines * machine.gpus, gpus, "machines of one NVLink domain");
        assert.equal(machine.architecture, "arm64", "Grace");
        assert.deepEqual(Object.values(machine.offers), [false, false, false], "racks are reserved");
      }
      assert.ok(machine.minimumGke.every((version) => parseVersion(version) !== undefined));
      assert.ok(reaches({ minor: DEFAULT_MINOR }, machine.minimumGke), "the default version is new enough");
      assert.ok(machine.sources.length > 0, "a source");
      assert.equal(new Set(machine.sources).size, machine.sources.length, "each source once");
    });

  it("take every source from somewhere, each with its date", () => {
    const named = new Set(machines.flatMap(([, { sources }]) => sources));
    assert.deepEqual([...named].sort(), Object.keys(SOURCES).sort());
    for (const { document, date } of Object.values(SOURCES)) {
      assert.ok(document.length > 0);
      assert.match(date, /^20\d\d(-\d\d-\d\d)?$/);
    }
  });

  it("have a least version wherever a fabric or a new GPU wants one", () => {
    for (const [type, { fabric, accelerator, minimumGke }] of machines)
      assert.equal(minimumGke.length > 0, fabric !== "none" || accelerator === "rtx-pro-6000", type);
  });

  it("name one accelerator by one word of the pool's", () => {
    const words = new Map<string, string>();
    for (const [type, { acceleratorType, accelerator }] of machines) {
      assert.equal(words.get(acceleratorType) ?? accelerator, accelerator, type);
      words.set(acceleratorType, accelerator);
    }
  });

  it("have a usual one for each accelerator, whole", () => {
    for (const [accelerator, type] of Object.entries(USUAL_MACHINE)) {
      const machine: GkeMachine = MACHINES[type];
      assert.equal(machine.accelerator, accelerator);
      assert.equal(machine.gpus, machine.topology === undefined ? 8 : 4);
    }
  });
});

describe("versions of GKE", () => {
  it("have a default that its channel offers", () => {
    for (const [channel, { minors, default: version }] of Object.entries(CHANNELS)) {
      const minor = parseVersion(version)?.minor ?? "";
      assert.ok((minors as readonly string[]).includes(minor), channel);
    }
    assert.ok((CHANNELS.regular.minors as readonly string[]).includes(DEFAULT_MINOR));
  });

  it("are a minor or exact", () => {
    assert.deepEqual(parseVersion("1.36"), { minor: "1.36" });
    assert.deepEqual(parseVersion("1.36.4-gke.1391002"), { minor: "1.36", patch: [4, 1391002] });
    for (const text of ["1.36.4", "v1.36", "latest", "-", "1.36.4-gke.1391002 ", "1.36-gke.1"])
      assert.equal(parseVersion(text), undefined, text);
  });

  it("reach a floor in their own minor", () => {
    const floors = ["1.34.3-gke.1318000", "1.35.0-gke.2745000"];
    const judged = (text: string) => reaches(parseVersion(text) ?? { minor: "1.0" }, floors);
    for (const text of ["1.34.3-gke.1318000", "1.34.11-gke.1", "1.35", "1.35.1-gke.1", "1.36.0-gke.1"])
      assert.ok(judged(text), text);
    for (const text of ["1.34.2-gke.9999999", "1.35.0-gke.2744999", "1.33.9-gke.1", "1.33"])
      assert.equal(judged(text), false, text);
  });
});
