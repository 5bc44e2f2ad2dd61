import assert from "node:assert/strict";
import { Cloud } from "./cloud";
import { CLOUDS } from "./clouds";
import { done } from "./outcome";

for (const { program, packages, clusters, upgrade } of CLOUDS)
  describe(`${program}: the next Kubernetes version`, function () {
    this.timeout(180_000);
    let cloud: Cloud;
    before(async () => (cloud = await Cloud.open(program, packages)));

    it("comes in place, to the control plane before what runs on it", async () => {
      const up = async (settings: object) => done(await cloud.run("up", { train: settings }));
      const settings = { ...clusters["train"]?.settings };
      await up({ ...settings, ...upgrade.from });
      cloud.log();
      await up({ ...settings, ...upgrade.to });
      const log = cloud.log().map((line) => line.split(" ").slice(0, 2).join(" "));
      assert.equal(log[0], "update train");
      assert.deepEqual(log.toSorted(), upgrade.steps.toSorted());
      assert.deepEqual(await up({ ...settings, ...upgrade.to }), []);
    });
  });
