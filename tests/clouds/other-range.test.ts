import assert from "node:assert/strict";
import { aks } from "./cases/aks";
import { oke } from "./cases/oke";
import { Cloud } from "./cloud";
import { done, refusalOf } from "./outcome";

for (const { program, packages, clusters } of [aks, oke])
  describe(`${program}: another range of the cluster's own network`, function () {
    this.timeout(180_000);
    const { train } = clusters;
    assert.ok(train?.network);
    const { network, gpus } = train;
    const other = { ...train.settings, network: { cidr: "10.64.0.0/16" } };
    const allowed = { allowReplace: ["network", "cluster", "gpus"] };
    let cloud: Cloud;
    before(async () => {
      cloud = await Cloud.open(program, packages);
      done(await cloud.run("up", { train: train.settings }));
      cloud.log();
    });

    it("is another network, which is refused at preview and changes nothing", async () => {
      const message = refusalOf(await cloud.run("preview", { train: other }));
      assert.match(message, new RegExp(`::${network}: the resource is protected`));
      assert.match(refusalOf(await cloud.run("up", { train: other })), /the resource is protected/);
      assert.deepEqual(
        cloud.log().filter((line) => /^(delete|update) /.test(line)),
        [],
      );
    });

    it("moves the cluster to another network once that is allowed", async () => {
      done(await cloud.run("up", { train: { ...train.settings, ...allowed } }));
      cloud.log();
      done(await cloud.run("up", { train: { ...other, ...allowed } }));
      const log = cloud.log().map((line) => line.split(" ").slice(0, 2).join(" "));
      for (const name of [network, "train", gpus])
        assert.deepEqual(log.filter((line) => line.endsWith(` ${name}`)).toSorted(), [
          `create ${name}`,
          `delete ${name}`,
        ]);
      assert.ok(log.indexOf("delete train") < log.indexOf(`delete ${network}`), log.join("\n"));
      assert.deepEqual(done(await cloud.run("up", { train: { ...other, ...allowed } })), []);
    });
  });

describe("oke: a second block for pods, later", function () {
  this.timeout(180_000);

  it("comes behind the first, and moves the pods' subnet alone", async () => {
    const { program, packages, clusters } = oke;
    const { settings } = clusters["train"] ?? assert.fail("no train");
    const podsCidr = { network: { podsCidr: "10.1.0.0/16" } };
    const cloud = await Cloud.open(program, packages);
    done(await cloud.run("up", { train: settings }));
    const message = refusalOf(await cloud.run("preview", { train: { ...settings, ...podsCidr } }));
    assert.match(message, /::train-pods: the resource is protected/);
    const allowed = { ...settings, allowReplace: ["network"] };
    done(await cloud.run("up", { train: allowed }));
    const steps = done(await cloud.run("up", { train: { ...allowed, ...podsCidr } }));
    assert.deepEqual(steps.filter((step) => /^(update|replace) train-(vcn|pods|workers)$/.test(step)).toSorted(), [
      "replace train-pods",
      "update train-vcn",
    ]);
    assert.ok(!steps.some((step) => /^replace train(-gpus)?$/.test(step)), steps.join("\n"));
  });
});
