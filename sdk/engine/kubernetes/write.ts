import { setTimeout as sleep } from "node:timers/promises";

import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import {
  describeRef,
  isKubeError,
  type KubeClient,
  type KubeError,
  type KubeObject,
  type ObjectRef,
  refOf,
} from "../../kube";
import { type ResourceRequest } from "../types";
import { annotation, annotationOf } from "./annotations";
import { type ProviderConfig } from "./config";
import { adoptLegacyFields, isManagedBy } from "./managers";
import { holderOf } from "./remove";

export interface Write extends Pick<ResourceRequest, "signal" | "onProgress"> {
  readonly manifest: JsonObject;
  readonly fieldManager: string;
  readonly config: Pick<ProviderConfig, "enablePatchForce" | "upsertExistingObjects">;
}

/**
 * Makes an object that must not be there yet. One that an interrupted run of the same resource left behind is taken up again; anybody
 * else's is refused, because a later destroy would delete it.
 */
export async function create(client: KubeClient, write: Write): Promise<KubeObject> {
  try {
    return await whenServed(write, () => apply(client, write, true));
  } catch (error) {
    if (!isKubeError(error, "KUBE_CONFLICT")) throw error;
  }
  const ref = refOf(write.manifest);
  const there = await untilNotDeleting(client, ref, write);
  if (there === undefined) return create(client, write);
  const ours = isManagedBy(there, write.fieldManager);
  if (!ours && !write.config.upsertExistingObjects)
    throw new CairnError("KUBE_ALREADY_EXISTS", `${describeRef(ref)} exists already and is not this resource's`, {
      hint: "for a renamed resource use an alias; to take the object over set upsertExistingObjects on the provider; or delete it",
    });
  if (ours) write.onProgress("an interrupted run has made it already");
  return apply(client, write, false);
}

/** An object of the same name may still be going away. */
async function untilNotDeleting(client: KubeClient, ref: ObjectRef, write: Write): Promise<KubeObject | undefined> {
  const deadline = Date.now() + patience;
  for (;;) {
    const there = await client.get(ref, write.signal);
    if (there?.metadata["deletionTimestamp"] === undefined) return there;
    if (Date.now() > deadline)
      throw new CairnError("KUBE_DELETING", `${describeRef(ref)} exists and is being deleted: ${holderOf(there)}`, {
        hint: "wait until it is gone, then run again",
      });
    write.onProgress(`waiting until the old one is gone: ${holderOf(there)}`);
    await sleep(longestPause / 4, undefined, { signal: write.signal });
  }
}

/** Brings an object to its new inputs. */
export async function update(client: KubeClient, write: Write, oldLive: JsonObject): Promise<KubeObject> {
  await adoptLegacyFields(client, write.manifest, oldLive, write.fieldManager, write.signal);
  return whenServed(write, () => apply(client, write, false));
}

async function apply(client: KubeClient, write: Write, createOnly: boolean): Promise<KubeObject> {
  const { manifest, fieldManager, config, onProgress } = write;
  const force = config.enablePatchForce || annotationOf(manifest, annotation.force) === "true";
  try {
    // No signal: an interruption must not cut off the answer that says what is there now.
    return await client.apply(manifest, { fieldManager, force, createOnly, onWarning: onProgress });
  } catch (error) {
    const contested = !createOnly && isKubeError(error, "KUBE_CONFLICT") && error.conflicts.length > 0;
    throw contested ? explainConflict(manifest, error) : error;
  }
}

function explainConflict(manifest: JsonObject, error: KubeError): CairnError {
  const findings = error.conflicts.flatMap(({ manager, fields }) =>
    fields.map((field) => ({ path: field, message: `belongs to field manager "${manager}"` })),
  );
  return new CairnError(
    "KUBE_FIELD_CONFLICT",
    `${describeRef(refOf(manifest))}: somebody else set fields of this object`,
    {
      findings,
      hint: `leave these fields out, or take them over with the annotation ${annotation.force}: "true"`,
      cause: error,
    },
  );
}

const patience = 30_000;
const longestPause = 2_000;

/** Repeats what fails only because something that was made a moment ago is not served yet: a definition, a namespace, its account. */
async function whenServed(write: Write, attempt: () => Promise<KubeObject>): Promise<KubeObject> {
  const deadline = Date.now() + patience;
  for (let pause = 100; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayCome(error) || Date.now() + pause > deadline) throw error;
      write.onProgress(`waiting: ${error.message.split("\n")[0] ?? ""}`);
      await sleep(pause, undefined, { signal: write.signal });
    }
  }
}

function mayCome(error: unknown): error is KubeError {
  if (isKubeError(error, "KUBE_KIND_UNKNOWN", "KUBE_NOT_FOUND")) return true;
  return isKubeError(error, "KUBE_FORBIDDEN") && /service account .*not found/i.test(error.message);
}
