import assert from "node:assert/strict";
import {
  GPUDriver,
  NodeOSUpgradeChannel,
  OSDiskType,
  OutboundType,
  UpgradeChannel,
} from "@pulumi/azure-native/types/enums/containerservice";
import { builtinCatalog, resolve, parseCriteria } from "../../recipe";
import { DRIVERS } from "./plan-pools";
import { WITHOUT_VNET_INTEGRATION, WITHOUT_ZONES } from "./regions";
import { REWRITTEN } from "./rewritten";
import { ROLES } from "./roles";
import { DEFAULT_VERSION, minorOf, VERSIONS, type AksVersion } from "./versions";
import { DEFAULT_VM_SIZES, VM_SIZES, type VmSize } from "./vm-sizes";

const SIZES = Object.entries<VmSize>(VM_SIZES);

describe("the table of GPU machines", () => {
  for (const [name, row] of SIZES)
    it(`has ${name} as Azure names its sizes`, () => {
      const [, family = "", vcpus, features = ""] = /^Standard_(ND|NC)(\d+)([A-Za-z0-9]+?)_/.exec(name) ?? [];
      assert.equal(Number(vcpus), row.vcpus);
      // Azure's letter r is RDMA; sizes with InfiniBand are in the ND family.
      assert.equal(row.fabric === "infiniband", features.includes("r") && family === "ND");
      assert.equal(row.fabric === "infiniband", row.infiniBand !== undefined);
      assert.ok(Number.isInteger(row.devices) && row.devices > 0);
      assert.ok(row.share > 0 && row.share <= 1);
      assert.equal(row.architecture, row.accelerator.startsWith("gb") ? "arm64" : "amd64");
      assert.match(row.source.date, /^\d{4}(-\d\d){0,2}$/);
      assert.ok(row.source.document.length > 10);
    });

  it("has a link for each GPU of a size with InfiniBand", () => {
    for (const [name, { infiniBand, devices }] of SIZES) if (infiniBand) assert.equal(infiniBand.links, devices, name);
  });

  it("has a usual size for every accelerator, of that accelerator", () => {
    assert.deepEqual(
      Object.keys(DEFAULT_VM_SIZES).sort(),
      [...new Set(SIZES.map(([, row]) => row.accelerator))].sort(),
    );
    for (const [accelerator, name] of Object.entries(DEFAULT_VM_SIZES))
      assert.equal(VM_SIZES[name].accelerator, accelerator);
  });

  it("agrees with what the recipes say of the hardware", () => {
    const catalog = builtinCatalog([]);
    for (const [accelerator, name] of Object.entries(DEFAULT_VM_SIZES)) {
      if (!["a100", "h100", "h200", "gb200"].includes(accelerator)) continue;
      const criteria = parseCriteria(
        { service: "aks", accelerator, intent: "training", os: "ubuntu", platform: "any" },
        catalog,
      );
      const { hardware } = resolve(catalog, criteria, {}).recipe;
      const row: VmSize = VM_SIZES[name];
      assert.deepEqual(hardware, { fabric: row.fabric, gpusPerNode: row.devices }, accelerator);
    }
  });
});

describe("the other tables", () => {
  it("order minors by their end of support, and start at AICR's floor", () => {
    const rows = Object.entries<AksVersion>(VERSIONS);
    const ends = rows.map(([, { supportEnds }]) => supportEnds);
    assert.deepEqual([...ends].sort(), ends);
    assert.equal(rows[0]?.[0], SIZES[0]?.[1].minimumKubernetes);
    for (const [, { supportEnds, longTermSupportEnds }] of rows)
      assert.ok(longTermSupportEnds === null || longTermSupportEnds > supportEnds);
    assert.equal(minorOf(`${DEFAULT_VERSION}.2`), DEFAULT_VERSION);
    assert.equal(minorOf("1.36-beta"), undefined);
  });

  it("use words that the provider knows", () => {
    assert.deepEqual(new Set<string>(Object.values(DRIVERS)), new Set<string>(Object.values(GPUDriver)));
    const known = (values: object, ...words: readonly string[]) =>
      words.forEach((word) => assert.ok(Object.values(values).includes(word), word));
    known(OutboundType, "userAssignedNATGateway", "userDefinedRouting");
    known(NodeOSUpgradeChannel, "None", "SecurityPatch", "NodeImage");
    known(UpgradeChannel, "none", "patch");
    known(OSDiskType, "Ephemeral", "Managed");
  });

  it("name regions and roles as Azure's API does", () => {
    for (const region of [...WITHOUT_ZONES, ...WITHOUT_VNET_INTEGRATION]) assert.match(region, /^[a-z]+\d?$/);
    for (const role of Object.values(ROLES)) assert.match(role, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(new Set(Object.values(ROLES)).size, Object.keys(ROLES).length);
  });

  it("never ignore a field that the target's own settings change", () => {
    const ignored = Object.values<readonly string[]>(REWRITTEN).flat();
    for (const field of ["kubernetesVersion", "gpuProfile", "count", "vmSize"])
      assert.ok(!ignored.includes(field), field);
  });
});
