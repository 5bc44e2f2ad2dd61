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

/** What is wrong with the images of some manifests: collected, so that all of it is reported at once. */
export class ImageProblems {
  readonly unexplained: Finding[] = [];
  readonly notLocked: Finding[] = [];

  /** @throws CairnError `IMAGE_UNEXPLAINED` or `IMAGE_NOT_LOCKED` */
  throwIfAny(): void {
    if (this.unexplained.length > 0)
      throw new CairnError("IMAGE_UNEXPLAINED", "strings look like images, but no rule says how to pin them there", {
        findings: this.unexplained,
        hint: "add the place to the tables in sdk/lock/pin/tables.ts, or report it with the chart's name and version",
      });
    if (this.notLocked.length > 0)
      throw new CairnError("IMAGE_NOT_LOCKED", "the rendered objects name images that the lock does not have", {
        findings: this.notLocked,
        hint: "run `cairn lock`",
      });
  }
}

/** Every image that a manifest names. */
export function findImages(manifest: JsonObject, problems: ImageProblems): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  walk(manifest, {
    image: (image, path) => void uses.push({ image, path: formatPath(path) }),
    unexplained: (text, path) => void problems.unexplained.push(unexplained(manifest, text, path)),
  });
  return uses;
}

/** As {@link pin}, with the problems of several manifests in one place. */
export function pinImages(
  manifest: JsonObject,
  digests: ReadonlyMap<string, string>,
  problems: ImageProblems,
): JsonObject {
  const pinned = walk(manifest, {
    image: (image, path) => {
      const name = lockName(image);
      const digest = digests.get(name);
      const at = `${describe(manifest)} ${formatPath(path)}`;
      if (digest === undefined) problems.notLocked.push({ path: at, message: `${name} is not in the lock` });
      else if (image.digest !== undefined && image.digest !== digest)
        problems.notLocked.push({
          path: at,
          message: `${name} is written with ${image.digest}, the lock has ${digest}`,
        });
      return digest;
    },
    unexplained: (text, path) => void problems.unexplained.push(unexplained(manifest, text, path)),
  });
  return pinned as JsonObject;
}

/**
 * Every image that a manifest names.
 *
 * @throws CairnError `IMAGE_UNEXPLAINED` for strings that look like an image in a place that no rule knows
 */
export function imagesOf(manifest: JsonObject): readonly ImageUse[] {
  const problems = new ImageProblems();
  const uses = findImages(manifest, problems);
  problems.throwIfAny();
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
  const problems = new ImageProblems();
  const pinned = pinImages(manifest, digests, problems);
  problems.throwIfAny();
  return pinned;
}

function unexplained(manifest: JsonObject, text: string, path: Path): Finding {
  return { path: `${describe(manifest)} ${formatPath(path)}`, message: `"${text}" looks like an image reference` };
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
