import { type JsonObject } from "../json";
import { parseReference } from "../oci";
import { writtenForms } from "./image-name";
import { type Lock } from "./types";

/** `group/Kind` of the custom resource that admission reads. */
export const IMAGE_LOCK = "cairn.dev/ImageLock";

/**
 * The lock as the object that admission policies read: every image in each form in which a pod may name it, with its digest. What
 * operators create later is pinned by it.
 */
export function imageLockObject(lock: Lock): JsonObject {
  const images = lock.images.flatMap(({ reference, digest }) =>
    writtenForms(parseReference(reference)).map((form) => [form, digest] as const),
  );
  return {
    apiVersion: "cairn.dev/v1",
    kind: "ImageLock",
    metadata: { name: "cairn" },
    spec: { images: Object.fromEntries(images) },
  };
}
