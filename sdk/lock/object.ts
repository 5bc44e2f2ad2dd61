import { type JsonObject } from "../json";

/** Metadata of an object that was parsed by `parseManifests`, which insists on a name. */
export function metadataOf(object: JsonObject): JsonObject & { readonly name: string; readonly namespace?: string } {
  return object["metadata"] as JsonObject & { readonly name: string; readonly namespace?: string };
}

export function annotationsOf(object: JsonObject): Readonly<Record<string, string>> {
  return (metadataOf(object)["annotations"] ?? {}) as Readonly<Record<string, string>>;
}

/** `Job/upgrade-crd` */
export function kindAndName(object: JsonObject): string {
  return `${String(object["kind"])}/${metadataOf(object).name}`;
}

/** `<group/version>/<Kind>/<namespace>/<name>`, without the namespace for a cluster-scoped object. */
export function idOf(object: JsonObject): string {
  const { namespace, name } = metadataOf(object);
  return [String(object["apiVersion"]), String(object["kind"]), ...(namespace ? [namespace] : []), name].join("/");
}
