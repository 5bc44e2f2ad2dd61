import { imagesOfCustomResource } from "./custom-resources";
import { BUILT_IN_GROUPS, CAIRN_COMPONENT, CONTAINER_LISTS, OPAQUE, POD_SPEC, kubernetesType } from "./kinds";
import { UNKNOWN, isObject, join, type Value } from "@cairn/policy-kit";

/** A place in a resource where an image is named, or may be. */
export type ImageUse =
  | { readonly kind: "reference"; readonly path: string; readonly text: string }
  /** An operator adds the node's system to the tag, so that no digest can stand here: `driver:580.1` runs as `driver:580.1-ubuntu24.04`. */
  | { readonly kind: "completed"; readonly path: string; readonly text: string }
  /** Not a string. The value is not kept: it may be anything, a secret too. */
  | { readonly kind: "unreadable"; readonly path: string }
  | { readonly kind: "unknown"; readonly path: string }
  | { readonly kind: "opaque"; readonly path: string; readonly what: string };

/** Every image that a resource names, in document order. */
export function imagesOf(type: string, props: Value): readonly ImageUse[] {
  const opaque = OPAQUE[type];
  if (opaque !== undefined) return [{ kind: "opaque", path: "", what: opaque }];
  if (type === CAIRN_COMPONENT) return each(isObject(props) ? props["images"] : props, "images", imageAt);

  const kubernetes = kubernetesType(type);
  if (kubernetes === undefined) return [];
  return BUILT_IN_GROUPS.has(kubernetes.group)
    ? imagesOfBuiltIn(kubernetes.kind, props, "")
    : imagesOfCustomResource(props);
}

function imagesOfBuiltIn(kind: string, object: Value, path: string): readonly ImageUse[] {
  // `DeploymentPatch` is Pulumi's resource for server-side apply on an object that somebody else made.
  const podSpec = POD_SPEC[kind] ?? POD_SPEC[kind.replace(/Patch$/, "")];
  if (podSpec !== undefined) return descend(object, podSpec, path, imagesOfPodSpec);
  if (!kind.endsWith("List")) return [];
  return descend(object, ["items"], path, (items, at) =>
    each(items, at, (item, itemAt) =>
      imagesOfBuiltIn(
        isObject(item) && typeof item["kind"] === "string" ? item["kind"] : kind.slice(0, -"List".length),
        item,
        itemAt,
      ),
    ),
  );
}

function imagesOfPodSpec(spec: Value, path: string): readonly ImageUse[] {
  if (!isObject(spec)) return [{ kind: "unreadable", path }];
  const containers = CONTAINER_LISTS.flatMap((list) =>
    each(spec[list], join(path, list), (container, at) => descend(container, ["image"], at, imageAt)),
  );
  const volumes = each(spec["volumes"], join(path, "volumes"), (volume, at) =>
    descend(volume, ["image", "reference"], at, imageAt),
  );
  return [...containers, ...volumes];
}

type Reader = (value: Value, path: string) => readonly ImageUse[];

/** Follows `keys`; nothing there is nothing, an unknown on the way is reported where it stands. */
function descend(value: Value, keys: readonly string[], path: string, reader: Reader): readonly ImageUse[] {
  if (value === UNKNOWN) return [{ kind: "unknown", path }];
  if (value === undefined || value === null) return [];
  const [key, ...rest] = keys;
  if (key === undefined) return reader(value, path);
  return isObject(value) ? descend(value[key], rest, join(path, key), reader) : [{ kind: "unreadable", path }];
}

function each(value: Value, path: string, reader: Reader): readonly ImageUse[] {
  return descend(value, [], path, (list, at) =>
    Array.isArray(list)
      ? list.flatMap((item, index) => descend(item as Value, [], `${at}[${index}]`, reader))
      : [{ kind: "unreadable", path: at }],
  );
}

const imageAt: Reader = (value, path) =>
  typeof value === "string" ? [{ kind: "reference", path, text: value }] : [{ kind: "unreadable", path }];
