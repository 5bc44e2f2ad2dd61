import assert from "node:assert/strict";
import { type JsonValue } from "../../json";
import { type ResourceState } from "../state/model";
import { type Provider } from "../types";
import { UNKNOWN } from "../wire";
import { planFor } from "./plan";

describe("what happens to a resource whose inputs are the same", () => {
  const urn = "urn:pulumi:s::p::a:b:C::one";
  const state: ResourceState = { urn, custom: true, type: "a:b:C", id: "1", inputs: {}, outputs: {} };
  const provider = {
    diff: () => Promise.resolve({ changes: "none", diffs: [], replaces: [], deleteBeforeReplace: false }),
  } as unknown as Provider;
  const plan = async (old: JsonValue | undefined, wanted: JsonValue | undefined) => {
    const withTrigger = (trigger: JsonValue | undefined) =>
      trigger === undefined ? state : { ...state, replacementTrigger: trigger };
    const { signal } = new AbortController();
    const request = { urn, type: state.type, preview: true, signal, onProgress: () => undefined };
    return (await planFor(withTrigger(old), withTrigger(wanted), provider, request)).kind;
  };

  it("is replaced when its trigger changes, or may change", async () => {
    assert.equal(await plan("cluster-1", "cluster-2"), "replace");
    assert.equal(await plan("cluster-1", UNKNOWN), "replace");
  });

  it("stays when its trigger does, or when there was none", async () => {
    assert.equal(await plan("cluster-1", "cluster-1"), "same");
    assert.equal(await plan(undefined, "cluster-1"), "same");
    assert.equal(await plan("cluster-1", undefined), "same");
  });
});
