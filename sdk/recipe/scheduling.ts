import { parsePath } from "./path";
import { type ComponentRef, type NodeAddress, type Scheduling } from "./types";
import { setValue } from "./values";
import { type JsonObject, type JsonValue } from "../json";

/**
 * Writes a cluster's node selectors, tolerations and GPU node count into a component's values, at the paths that the registry names.
 * They replace what stands there: pools know their labels and taints best.
 */
export function applyScheduling(component: ComponentRef, scheduling: Scheduling): ComponentRef {
  const { system, accelerated, nodeCountPaths } = component.nodeScheduling;
  const both = (accelerated?.tolerationPaths ?? []).filter((path) => system?.tolerationPaths?.includes(path));
  // What runs in both kinds of pool tolerates the taints of both.
  const everywhere = unique([...scheduling.system.tolerations, ...scheduling.accelerated.tolerations]);
  const writes = [
    ...addressWrites(system, scheduling.system),
    ...addressWrites(accelerated, scheduling.accelerated),
    ...both.map((path) => [path, everywhere] as const),
    ...(nodeCountPaths ?? []).map((path) => [path, scheduling.gpuNodes] as const),
  ];
  const values = writes.reduce(
    (values, [path, value]) => setValue(values, parsePath(path) ?? [path], value),
    component.values,
  );
  return { ...component, values };
}

const unique = (items: readonly JsonObject[]): readonly JsonObject[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

function addressWrites(
  paths: ComponentRef["nodeScheduling"]["system"],
  address: NodeAddress,
): readonly (readonly [path: string, value: JsonValue])[] {
  return [
    ...(paths?.nodeSelectorPaths ?? []).map((path) => [path, address.nodeSelector] as const),
    ...(paths?.tolerationPaths ?? []).map((path) => [path, address.tolerations] as const),
  ];
}
