import { CairnError, type Finding } from "../../errors";
import { type JsonObject } from "../../json";
import { type Reference } from "../../oci";
import { lockName } from "../image-name";
import { type Path } from "./place";
import { walk } from "./walk";

/** An image that a manifest names, and where. */
export interface ImageUse {
  readonly image: Reference;
  /** As in `kubectl`'s JSONPath: `spec.template.spec.containers[0].image`. */
  readonly path: string;
}

/**
 * Every image that a manifest names.
 *
 * @throws CairnError `IMAGE_UNEXPLAINED` for a string that looks like an image in a place that no rule knows
 */
export function imagesOf(manifest: JsonObject): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  const findings: Finding[] = [];
  walk(manifest, {
    image: (image, path) => void uses.push({ image, path: formatPath(path) }),
    unexplained: (text, path) => void findings.push(unexplained(manifest, text, path)),
  });
  throwUnexplained(findings);
  return uses;
}

/**
 * Writes the locked digest behind every image that a manifest names: `repository:tag@sha256:…`. Nothing else changes; a manifest without
 * images comes back as it is. Pinning twice is pinning once.
 *
 * @param digests - Digest by the reference's full name, such as `docker.io/library/nginx:1.27`
 * @throws CairnError `IMAGE_UNEXPLAINED`, or `IMAGE_NOT_LOCKED` with every image that has no digest or another one
 */
export function pin(manifest: JsonObject, digests: ReadonlyMap<string, string>): JsonObject {
  const strange: Finding[] = [];
  const missing: Finding[] = [];
  const pinned = walk(manifest, {
    image: (image, path) => {
      const name = lockName(image);
      const digest = digests.get(name);
      const at = { path: `${describe(manifest)} ${formatPath(path)}` };
      if (digest === undefined) missing.push({ ...at, message: `${name} is not in the lock` });
      else if (image.digest !== undefined && image.digest !== digest)
        missing.push({ ...at, message: `${name} is written with ${image.digest}, the lock has ${digest}` });
      return digest;
    },
    unexplained: (text, path) => void strange.push(unexplained(manifest, text, path)),
  });
  throwUnexplained(strange);
  if (missing.length > 0)
    throw new CairnError("IMAGE_NOT_LOCKED", "the rendered objects name images that the lock does not have", {
      findings: missing,
      hint: "run `cairn lock`",
    });
  return pinned as JsonObject;
}

function unexplained(manifest: JsonObject, text: string, path: Path): Finding {
  return { path: `${describe(manifest)} ${formatPath(path)}`, message: `"${text}" looks like an image reference` };
}

function throwUnexplained(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new CairnError("IMAGE_UNEXPLAINED", "strings look like images, but no rule says how to pin them there", {
    findings,
    hint: "add the place to the tables in sdk/lock/pin/tables.ts, or report it with the chart's name and version",
  });
}

/** `Deployment gpu-operator/controller` */
function describe(manifest: JsonObject): string {
  const metadata = (manifest["metadata"] ?? {}) as JsonObject;
  const name = [metadata["namespace"], metadata["name"]].filter((part) => typeof part === "string").join("/");
  return `${String(manifest["kind"])} ${name}`;
}

function formatPath(path: Path): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}
