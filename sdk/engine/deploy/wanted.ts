import { type JsonObject } from "../../json";
import { type ResourceState } from "../state/model";
import { providerPackage } from "../urn";
import { omit } from "../wire";
import { type Goal } from "./goal";

/** Providers carry the version that the program's package asks for. */
export function withVersion(goal: Goal, inputs: JsonObject): JsonObject {
  if (providerPackage(goal.type) === undefined || goal.version === "") return inputs;
  return { __internal: {}, ...inputs, version: goal.version };
}

export function stateOf(
  urn: string,
  goal: Goal,
  inputs: JsonObject,
  provider: string,
  old: ResourceState | undefined,
): ResourceState {
  const { options } = goal;
  return {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs,
    outputs: {},
    ...(goal.parent === "" ? {} : { parent: goal.parent }),
    ...(provider === "" ? {} : { provider }),
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    protect: options.protect,
    retainOnDelete: options.retainOnDelete,
    deletedWith: options.deletedWith,
    ignoreChanges: options.ignoreChanges,
    replaceOnChanges: options.replaceOnChanges,
    hideDiff: options.hideDiff,
    additionalSecretOutputs: options.additionalSecretOutputs,
    customTimeouts: options.customTimeouts,
    ...(options.replacementTrigger === undefined ? {} : { replacementTrigger: options.replacementTrigger }),
    ...(old?.created === undefined ? {} : { created: old.created }),
  };
}

/** Fields that say nothing do not make two states differ: the file leaves them out. */
export function withoutEmpty(state: ResourceState): JsonObject {
  const entries = Object.entries(omit(state, "modified")).filter(
    ([, value]) =>
      value !== undefined &&
      value !== false &&
      value !== "" &&
      !(typeof value === "object" && Object.keys(value as object).length === 0),
  );
  return Object.fromEntries(entries) as JsonObject;
}
