import { type ImageUse } from "./images";
import { parseImage } from "./reference";
import { UNKNOWN, isObject, join, type ObjectValue, type Value } from "@cairn/policy-kit";

// An unknown under one of these keys may hide an image; `spec.replicas` may not.
const MAY_HOLD_AN_IMAGE = /image|container|template|pod|spec|volume|initContainer|sidecar/i;
// `runtimeImage`, `workerImages[0]`: not every such string is an image, so only what has a registry, a tag or a digest counts.
const NAMED_AFTER_AN_IMAGE = /^(?:\w*I|i)mages?$/;

/**
 * Images in a custom resource, whose schema is not known: pod specifications at any depth, `image:` in its customary forms (one
 * string, `{ registry, repository, name, tag, digest }`, or beside `repository` and `version` as NVIDIA's operators write it), and image
 * volumes.
 */
export function imagesOfCustomResource(props: Value): readonly ImageUse[] {
  return walk(props, "");
}

function walk(value: Value, path: string): readonly ImageUse[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => member(item as Value, `${path}[${index}]`, path));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([key]) => path !== "" || key !== "metadata")
    .flatMap(([key, item]) => {
      const at = join(path, key);
      return key === "image" ? imageMember(item, value, at) : member(item, at, key);
    });
}

function member(item: Value, path: string, key: string): readonly ImageUse[] {
  if (item === UNKNOWN) return MAY_HOLD_AN_IMAGE.test(lastKey(key)) ? [{ kind: "unknown", path }] : [];
  if (typeof item === "string")
    return NAMED_AFTER_AN_IMAGE.test(lastKey(key)) && looksLikeAnImage(item)
      ? [{ kind: "reference", path, text: item }]
      : [];
  return walk(item, path);
}

const lastKey = (path: string): string => path.split(".").at(-1) ?? path;

function imageMember(image: Value, siblings: ObjectValue, path: string): readonly ImageUse[] {
  if (image === UNKNOWN) return [{ kind: "unknown", path }];
  if (image === undefined || image === null) return [];
  if (typeof image === "string") return splitImage(image, siblings, path);
  if (!isObject(image)) return [{ kind: "unreadable", path }];
  if ("reference" in image) return imageMember(image["reference"], {}, `${path}.reference`);
  if (!("repository" in image || "name" in image)) return walk(image, path);
  return assemble([image["registry"], image["repository"], image["name"]], [image["tag"], image["digest"]], path);
}

function splitImage(image: string, siblings: ObjectValue, path: string): readonly ImageUse[] {
  const { repository, version, tag, containerSHA, enabled } = siblings;
  if (repository !== undefined)
    return (
      assemble([repository, image], [version ?? tag], path)
        .map(completed)
        // What is switched off is never completed.
        .filter(({ kind }) => kind !== "completed" || enabled !== false)
    );
  // Skyhook.
  if (containerSHA !== undefined) return assemble([image], [version, containerSHA], path);
  return [{ kind: "reference", path, text: image }];
}

/** Parts of NVIDIA's operators whose images are built for one operating system each. A digest names one of them already. */
const COMPLETED = /(^|\.)(driver|gds|gdrcopy|ofedDriver)\.image$/;

const completed = (use: ImageUse): ImageUse =>
  use.kind === "reference" && COMPLETED.test(use.path) && !use.text.includes("@") ? { ...use, kind: "completed" } : use;

/** `["nvcr.io/nvidia", "driver"]` and `["580.1"]` → `nvcr.io/nvidia/driver:580.1`. */
function assemble(names: readonly Value[], suffixes: readonly Value[], path: string): readonly ImageUse[] {
  const parts = [...names, ...suffixes].filter((part) => part !== undefined && part !== null && part !== "");
  if (parts.includes(UNKNOWN)) return [{ kind: "unknown", path }];
  if (!parts.every((part) => typeof part === "string")) return [{ kind: "unreadable", path }];
  const name = names.filter((part) => typeof part === "string" && part !== "").join("/");
  return [{ kind: "reference", path, text: name + suffixes.map(suffix).join("") }];
}

/** NVIDIA's operators take a digest where a version goes. */
function suffix(part: Value): string {
  if (typeof part !== "string" || part === "") return "";
  return part.startsWith("sha256:") ? `@${part}` : `:${part}`;
}

function looksLikeAnImage(text: string): boolean {
  const image = parseImage(text);
  return image !== undefined && (image.tag !== undefined || image.digest.kind !== "none" || text.includes("/"));
}
