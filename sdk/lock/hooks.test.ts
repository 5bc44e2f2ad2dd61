import assert from "node:assert/strict";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { type HookDecision } from "../recipe";
import { stageObjects } from "./hooks";

const hook = (kind: string, name: string, annotations: JsonObject, body: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, annotations },
  ...body,
});
const stage = (hooks: Record<string, HookDecision>, ...objects: JsonObject[]) =>
  stageObjects({ name: "c", hooks }, objects);

describe("Helm hooks", () => {
  it("become ordered resources of the stage that their type means, without Helm's annotations", () => {
    const staged = stage(
      { "Job/a": "job", "ServiceAccount/b": "resource", "Config/c": "resource" },
      hook("Job", "a", {
        "helm.sh/hook": "pre-install,pre-upgrade",
        "helm.sh/hook-weight": "5",
        "helm.sh/hook-delete-policy": "hook-succeeded",
      }),
      hook("ServiceAccount", "b", { "helm.sh/hook": "pre-install", "helm.sh/hook-weight": "-10", mine: "kept" }),
      hook("Config", "c", { "helm.sh/hook": "post-install, post-upgrade" }),
      { apiVersion: "v1", kind: "Service", metadata: { name: "d" } },
    );
    assert.deepEqual(
      staged.map(({ stage, weight, object }) => [stage, weight, object["metadata"]]),
      [
        ["pre", 5, { name: "a" }],
        ["pre", -10, { name: "b", annotations: { mine: "kept" } }],
        ["post", 0, { name: "c" }],
        ["main", 0, { name: "d" }],
      ],
    );
  });

  it("can be skipped, kept for destroy, or lifted out of a ConfigMap", () => {
    const lifted = "apiVersion: x.io/v1\nkind: Runtime\nmetadata: {name: r}\n";
    const staged = stage(
      { "Job/skip": "skip", "Job/clean": "destroy-step", "ConfigMap/runtimes": "lift" },
      hook("Job", "skip", { "helm.sh/hook": "pre-upgrade" }),
      hook("Job", "clean", { "helm.sh/hook": "pre-delete", "helm.sh/hook-weight": "1" }),
      hook("ConfigMap", "runtimes", { "helm.sh/hook": "post-install" }, { data: { "r.yaml": lifted } }),
    );
    assert.deepEqual(
      staged.map(({ stage, object }) => [stage, object["kind"]]),
      [
        ["destroy", "Job"],
        ["post", "Runtime"],
      ],
    );
  });

  it("of a delete never run a Job on install, but have their account there from the start", () => {
    const staged = stage(
      { "Job/clean": "job", "ServiceAccount/clean": "resource" },
      hook("Job", "clean", { "helm.sh/hook": "post-delete" }),
      hook("ServiceAccount", "clean", { "helm.sh/hook": "post-delete" }),
    );
    assert.deepEqual(
      staged.map(({ stage, object }) => [stage, object["kind"]]),
      [
        ["destroy", "Job"],
        ["main", "ServiceAccount"],
      ],
    );
  });

  it("are left out when they are tests", () => {
    assert.deepEqual(stage({}, hook("Pod", "t", { "helm.sh/hook": "test" })), []);
  });

  it("are an error, all by name, when nobody decided", () => {
    assert.throws(
      () =>
        stage(
          {},
          hook("Job", "x", { "helm.sh/hook": "pre-install" }),
          hook("Role", "y", { "helm.sh/hook": "post-delete" }),
        ),
      (error: unknown) =>
        error instanceof CairnError &&
        error.code === "HOOK_UNDECIDED" &&
        error.findings.map(({ path }) => path).join() === "Job/x,Role/y" &&
        error.message.includes("registry.yaml"),
    );
  });
});
