import { type JsonObject, type JsonValue } from "../../json";
import { isKubeError, type KubeClient, refOf } from "../../kube";
import { isObject, omit } from "../wire";
import { metadataOf } from "./annotations";

/** The names under which pulumi-kubernetes writes without server-side apply, and since 4.30 also creates. */
const legacyManagers = ["pulumi-kubernetes", "pulumi-kubernetes.exe", "pulumi-resource-kubernetes"];

interface ManagedFields extends JsonObject {
  readonly manager: string;
  readonly operation: string;
}

function managedFieldsOf(object: JsonObject): readonly ManagedFields[] {
  const list = metadataOf(object)["managedFields"];
  return Array.isArray(list) ? (list as readonly ManagedFields[]) : [];
}

export function isManagedBy(object: JsonObject, manager: string): boolean {
  return managedFieldsOf(object).some((entry) => entry.manager === manager && entry.operation === "Apply");
}

const isLegacy = ({ manager, operation, subresource }: ManagedFields) =>
  operation === "Update" && subresource === undefined && legacyManagers.includes(manager);

/**
 * To the API server, what a plain create wrote belongs to another manager than what an apply writes, so the first apply would conflict with
 * ourselves. Moves those fields over, as upstream does at its first update.
 */
export async function adoptLegacyFields(
  client: KubeClient,
  manifest: JsonObject,
  oldLive: JsonObject,
  manager: string,
  signal: AbortSignal,
): Promise<void> {
  if (!managedFieldsOf(oldLive).some(isLegacy)) return;
  const ref = refOf(manifest);
  for (let attempt = 1; ; attempt++) {
    const live = await client.get(ref, signal);
    const entries = live === undefined ? [] : managedFieldsOf(live);
    if (live === undefined || !entries.some(isLegacy)) return;
    const patch = [
      { op: "replace", path: "/metadata/resourceVersion", value: live.metadata["resourceVersion"] ?? null },
      { op: "replace", path: "/metadata/managedFields", value: mergeInto(manager, entries) },
    ];
    try {
      await client.patch(ref, patch, { type: "json", fieldManager: manager, signal });
      return;
    } catch (error) {
      // A controller wrote in between; the version in the patch has kept us from undoing that.
      if (!isKubeError(error, "KUBE_CONFLICT") || attempt === attempts) throw error;
    }
  }
}

const attempts = 5;

function mergeInto(manager: string, entries: readonly ManagedFields[]): JsonValue {
  const isOurs = (entry: ManagedFields) =>
    isLegacy(entry) || (entry.manager === manager && entry.operation === "Apply");
  const ours = entries.filter(isOurs);
  const fieldsV1 = ours.map((entry) => entry["fieldsV1"] ?? {}).reduce(union, {});
  return [
    { ...omit((ours.at(-1) ?? {}) as JsonObject, "time"), manager, operation: "Apply", fieldsV1 },
    ...entries.filter((entry) => !isOurs(entry)),
  ];
}

/** fieldsV1 is a set of paths as nested objects, so the union of two sets is the union of their keys at each level. */
function union(a: JsonValue, b: JsonValue): JsonValue {
  if (!isObject(a) || !isObject(b)) return b;
  const merged: Record<string, JsonValue> = { ...a };
  for (const [key, value] of Object.entries(b)) merged[key] = key in merged ? union(merged[key] ?? {}, value) : value;
  return merged;
}
