import { CairnError } from "../errors";
import { formatReference } from "../oci";
import { readLock } from "./file";
import { lockName, parseImage } from "./image-name";

/**
 * The digest-pinned reference of an image that the lock has, for a workload of your own. `cairn lock --image REFERENCE` puts it there.
 *
 * @throws CairnError `IMAGE_NOT_LOCKED` with the command to run; what `readLock` throws
 * @example
 * new k8s.apps.v1.Deployment("notebook", { spec: { …, containers: [{ name: "notebook", image: lockedImage("quay.io/acme/notebook:2.1") }] } });
 */
export function lockedImage(reference: string, file = "cairn.lock.yaml"): string {
  const image = parseImage(reference);
  const locked = image && readLock(file).images.find((candidate) => candidate.reference === lockName(image));
  if (image !== undefined && locked !== undefined) return formatReference({ ...image, digest: locked.digest });
  throw new CairnError("IMAGE_NOT_LOCKED", `${reference} is not in ${file}`, {
    hint: `run \`cairn lock --image ${reference}\``,
  });
}
