import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../json";
import { type RenderedObject } from "../lock";

/** What happens to custom resource definitions on destroy. Deleting one deletes every object of its kind, also those that users made. */
export type CrdPolicy = "retain" | "delete";

/**
 * One Kubernetes object, with the type token and inputs of Pulumi's own provider: `kubernetes:apps/v1:Deployment`. Its name is
 * `<stack>/<component>/<Kind>/<namespace>/<name>`, without the namespace for a cluster-scoped object; URNs are made of it, so it never
 * changes.
 */
export class KubernetesObject extends pulumi.CustomResource {
  constructor(prefix: string, { manifest }: RenderedObject, crds: CrdPolicy, opts: pulumi.CustomResourceOptions) {
    super(tokenOf(manifest), nameOf(prefix, manifest), inputsOf(manifest), {
      ...optionsOf(manifest, crds),
      ...opts,
    });
  }
}

function tokenOf({ apiVersion, kind }: JsonObject): string {
  const version = String(apiVersion);
  return `kubernetes:${version.includes("/") ? version : `core/${version}`}:${String(kind)}`;
}

function nameOf(prefix: string, { kind, metadata }: JsonObject): string {
  const { namespace, name } = metadata as JsonObject;
  return [prefix, kind, ...(typeof namespace === "string" ? [namespace] : []), name].join("/");
}

/** Values of a Secret are secret in the state as well. */
function inputsOf(manifest: JsonObject): pulumi.Inputs {
  if (manifest["kind"] !== "Secret" || manifest["apiVersion"] !== "v1") return { ...manifest };
  const hidden = ["data", "stringData"].filter((field) => field in manifest);
  return {
    ...manifest,
    ...Object.fromEntries(hidden.map((field) => [field, pulumi.secret<unknown>(manifest[field])])),
  };
}

function optionsOf({ kind, metadata }: JsonObject, crds: CrdPolicy): pulumi.CustomResourceOptions {
  const annotations = ((metadata as JsonObject)["annotations"] ?? {}) as JsonObject;
  if (annotations["helm.sh/resource-policy"] === "keep") return { retainOnDelete: true };
  switch (kind) {
    case "CustomResourceDefinition":
      return { retainOnDelete: crds === "retain" };
    case "Job":
      // A Job's specification cannot be changed, and its name can be taken once.
      return { deleteBeforeReplace: true, replaceOnChanges: ["spec"] };
    case "Secret":
      return { additionalSecretOutputs: ["data", "stringData"] };
    default:
      return {};
  }
}
