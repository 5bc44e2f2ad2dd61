import assert from "node:assert/strict";
import { oke } from "./cases/oke";
import { Cloud } from "./cloud";
import { done, refusalOf } from "./outcome";

type Settings = Readonly<Record<string, object & { readonly gpus?: object }>>;

/** Settings of every cluster, each with others laid over it. */
const over = (clusters: Settings, more: (name: string) => object): Settings =>
  Object.fromEntries(Object.entries(clusters).map(([name, settings]) => [name, { ...settings, ...more(name) }]));

const first: Settings = Object.fromEntries(
  Object.entries(oke.clusters).map(([name, { settings }]) => [name, settings as Settings[string]]),
);

const POOLS = Object.values(oke.clusters).map(({ gpus }) => gpus);

describe("oke: a change that the cloud would make for later machines only", function () {
  this.timeout(180_000);
  let cloud: Cloud;
  before(async () => {
    cloud = await Cloud.open(oke.program, oke.packages);
    oke.existing.forEach((each) => cloud.add(each));
    done(await cloud.run("up", first));
    cloud.log();
  });

  const otherGpus = over(first, (name) => ({
    gpus: { ...first[name]?.gpus, accelerator: name === "rack" ? "gb300" : "h200" },
  }));
  const otherOwner = over(otherGpus, () => ({ gpuStack: "operator-managed" }));
  const ask = { allowReplace: ["gpus"] };
  /** What the cloud did to a pool since the last call, by pool. */
  const doneTo = (): Readonly<Record<string, readonly string[]>> => {
    const log = cloud.log().map((line) => line.split(" "));
    return Object.fromEntries(
      POOLS.map((pool) => [pool, log.flatMap(([operation = "", name]) => (name === pool ? [operation] : []))]),
    );
  };
  const eachPool = (...operations: readonly string[]) => Object.fromEntries(POOLS.map((pool) => [pool, operations]));

  async function assertRefused(name: string, settings: object): Promise<void> {
    const message = refusalOf(await cloud.run("preview", { ...first, [name]: settings }));
    assert.match(message, new RegExp(`::${oke.clusters[name]?.gpus}: the resource is protected`));
  }
  async function assertReplaced(settings: Settings): Promise<void> {
    cloud.log();
    done(await cloud.run("up", settings));
    assert.deepEqual(doneTo(), eachPool("delete", "create"), "no pool is there twice");
    assert.deepEqual(done(await cloud.run("up", settings)), [], "and once is enough");
  }

  it("is refused for other GPUs, on managed pools, cluster networks and memory clusters", async () => {
    // One cluster at a time: the first refusal ends a preview.
    for (const [name, settings] of Object.entries(otherGpus)) await assertRefused(name, settings);
  });

  it("is refused for another owner of the GPU stack", () =>
    assertRefused("ring", { ...first["ring"], gpuStack: "operator-managed" }));

  it("exchanges the machines for other GPUs once that is allowed", async () => {
    done(
      await cloud.run(
        "up",
        over(first, () => ask),
      ),
    );
    await assertReplaced(over(otherGpus, () => ask));
  });

  it("exchanges the machines for another owner, and takes the old owner's add-on away after them", async () => {
    done(
      await cloud.run(
        "up",
        over(otherGpus, () => ask),
      ),
    );
    cloud.log();
    await assertReplaced(over(otherOwner, () => ask));
    assert.ok(!cloud.names().some((name) => name.includes("-gpu-plugin")));
  });

  it("puts the add-on back before machines that need it", () => assertReplaced(over(otherGpus, () => ask)));
});
