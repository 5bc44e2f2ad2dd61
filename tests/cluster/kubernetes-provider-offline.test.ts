import assert from "node:assert/strict";
import { Driver, type Made } from "./kubernetes-provider-driver";
import { types } from "./kubernetes-provider-objects";

describe("the built-in Kubernetes provider without a cluster", function () {
  this.timeout(20_000);
  const nowhere = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "http://127.0.0.1:1" } }],
    contexts: [{ name: "c", context: { cluster: "c" } }],
    "current-context": "c",
  });
  const made = (data: Record<string, string>): Made => ({
    type: types.configMap,
    name: "x",
    id: "default/x",
    inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data },
    state: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "default" }, data },
  });

  for (const [name, kubeconfig] of [
    ["that answers", nowhere],
    ["that the kubeconfig describes", "clusters: []\n"],
  ] as const) {
    it(`previews without one ${name}`, async () => {
      const driver = new Driver({ kubeconfig });
      const inputs = await driver.check(types.configMap, "x", { metadata: { name: "x" }, data: { a: "1" } });
      assert.deepEqual(inputs["metadata"], { name: "x", namespace: "default" });
      assert.deepEqual((await driver.diff(made({ a: "0" }), { metadata: { name: "x" }, data: { a: "1" } })).diffs, [
        "data.a",
      ]);
      await driver.provider.close();
    });
  }

  it("fails each step that needs one, and forgets its objects only when told to", async () => {
    const driver = new Driver({ kubeconfig: nowhere });
    await assert.rejects(driver.create(types.configMap, "x", { metadata: { name: "x" } }), {
      code: "KUBE_UNREACHABLE",
    });
    await assert.rejects(driver.delete(made({})), {
      code: "KUBE_UNREACHABLE",
      message: /PULUMI_K8S_DELETE_UNREACHABLE/,
    });
    await assert.rejects(driver.refresh(made({})), { code: "KUBE_UNREACHABLE" });
    await driver.provider.close();
    const forgetting = new Driver({ kubeconfig: nowhere, deleteUnreachable: "true" });
    await forgetting.delete(made({}));
    assert.equal(await forgetting.refresh(made({})), undefined);
    await forgetting.provider.close();
  });

  it("refuses settings that it cannot honour", () => {
    for (const config of [{ enableServerSideApply: "false" }, { renderYamlToDirectory: "out" }])
      assert.throws(() => new Driver(config), { code: "UNSUPPORTED" });
    assert.throws(() => new Driver({ enablePatchForce: "perhaps" }), { code: "PROVIDER_CONFIG_INVALID" });
  });
});
