import { createHash } from "node:crypto";

import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import { type ObjectRef } from "../../kube";
import { isObject } from "../wire";
import { annotation, annotationOf, metadataOf, textOf, withMetadata } from "./annotations";
import { unsupported } from "./config";

/** `namespace/name`, or `name` for what has no namespace. */
export function idOf(object: JsonObject): string {
  const { namespace, name } = metadataOf(object);
  return textOf(namespace) === "" ? textOf(name) : `${textOf(namespace)}/${textOf(name)}`;
}

/** The object that an id names; its kind comes from the state, as the type token of a custom resource may be of another version. */
export function refOfId(id: string, object: JsonObject): ObjectRef {
  const slash = id.indexOf("/");
  const name = id.slice(slash + 1);
  const { apiVersion, kind } = object;
  const ref = { apiVersion: textOf(apiVersion), kind: textOf(kind), name };
  return slash < 0 ? ref : { ...ref, namespace: id.slice(0, slash) };
}

interface TypeToken {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Pod` → `v1`. */
function parseType(token: string): TypeToken {
  const [, module = "", kind = ""] = token.split(":");
  return { apiVersion: module.replace(/^core\//, ""), kind };
}

/** Fills apiVersion and kind from the type token, and refuses the types that are more than one object. */
export function withKind(type: string, news: JsonObject): JsonObject {
  const token = parseType(type);
  if (token.apiVersion.startsWith("helm.sh/") || token.apiVersion.startsWith("kustomize/")) throw unsupported(type);
  const kind = textOf(news["kind"]) || token.kind;
  if (token.kind === `${kind}Patch`) throw unsupported(`Patch resources (${type})`);
  if (kind.endsWith("List") && "items" in news)
    throw new CairnError("KUBE_LIST", `${type} is a list of objects, not an object`, {
      hint: "register each of its items as a resource of its own",
    });
  return { ...news, apiVersion: news["apiVersion"] ?? token.apiVersion, kind: news["kind"] ?? token.kind };
}

/** Names that may be unknown at preview count as given. */
export function isNamed(object: JsonObject): boolean {
  const metadata = object["metadata"];
  if (metadata !== undefined && !isObject(metadata)) return true;
  return textOf(metadataOf(object)["name"]) !== "";
}

/** Gives a nameless object the name that it had before, or `<resource name>-<8 hex digits>` from the seed. */
export function withName(object: JsonObject, urn: string, olds: JsonObject | undefined, seed: Buffer): JsonObject {
  if (isNamed(object)) return object;
  if (metadataOf(object)["generateName"] !== undefined)
    throw new CairnError("KUBE_GENERATE_NAME", "metadata.generateName cannot be used with server-side apply", {
      hint: "leave it out: the resource then gets a generated name that stays the same",
    });
  if (olds === undefined) {
    const suffix = createHash("sha256").update(seed).digest("hex").slice(0, 8);
    return autonamed(object, `${urn.slice(urn.lastIndexOf("::") + 2)}-${suffix}`);
  }
  return annotationOf(olds, annotation.autonamed) === "true"
    ? autonamed(object, textOf(metadataOf(olds)["name"]))
    : object;
}

function autonamed(object: JsonObject, name: string): JsonObject {
  const { annotations = {} } = metadataOf(object);
  const marked = isObject(annotations) ? { ...annotations, [annotation.autonamed]: "true" } : annotations;
  return withMetadata(object, { name, annotations: marked });
}

/**
 * The field manager of one resource. Upstream draws the suffix by chance; ours comes from the URN, so that a run which was killed between
 * the apply and the state recognises its own object.
 */
export function managerOf(urn: string, inputs: JsonObject, state: JsonObject = {}): string {
  const stored = textOf(state["__fieldManager"]);
  const suffix = createHash("sha256").update(urn).digest("hex").slice(0, 8);
  return annotationOf(inputs, annotation.fieldManager) ?? (stored || `pulumi-kubernetes-${suffix}`);
}
