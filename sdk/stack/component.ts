import * as pulumi from "@pulumi/pulumi";
import canonicalize from "canonicalize";
import { createHash } from "node:crypto";
import { type LockedImage, type RenderedComponent } from "../lock";
import { formatReference, parseReference } from "../oci";
import { type ComponentRef, DEFAULT_GATE_TIMEOUT_MS, parseGate } from "../recipe";
import { DestroyStep } from "./destroy-step";
import { KubernetesObject, type CrdPolicy } from "./kubernetes-object";
import { layersOf } from "./layers";
import { ReadinessGate } from "./readiness-gate";
import { STACK_COMPONENT, type GateInputs, type StackComponentInputs } from "./types";

export interface StackComponentArgs {
  readonly component: ComponentRef;
  readonly rendered: RenderedComponent;
  /** What was locked of its chart or kustomization. */
  readonly source: { readonly version: string; readonly archive: string } | undefined;
  readonly images: readonly LockedImage[];
  readonly crds: CrdPolicy;
  readonly provider: pulumi.ProviderResource;
  readonly kubeconfig: pulumi.Input<string>;
  /** Changes when the cluster is another one. */
  readonly cluster: pulumi.Input<string>;
  /** What must be ready before the first object. */
  readonly after: readonly pulumi.Resource[];
}

/** One component of the recipe: its objects layer by layer, then its readiness gate. Inputs are plain, for policies to read. */
export class StackComponent extends pulumi.ComponentResource {
  /** What a dependant waits for. */
  readonly ready: readonly pulumi.Resource[];
  /** Namespaces that this component makes, by name. */
  readonly namespaces: ReadonlyMap<string, pulumi.Resource>;

  /** @param name - `<stack>/<component>`; the names of everything in it start so */
  constructor(name: string, args: StackComponentArgs, opts: pulumi.ComponentResourceOptions) {
    super(STACK_COMPONENT, name, { ...inputsOf(args) }, opts);
    const objects = this.applyLayers(name, args);
    this.namespaces = namespacesAmong(args.rendered, objects);
    const all = objects.size > 0 ? [...objects.values()] : [...args.after];
    const gate = gateOf(args);
    const open = gate === undefined ? all : [new ReadinessGate(`${name}/gate`, gate, { parent: this, dependsOn: all })];
    this.ready = [...open, ...this.destroySteps(name, args, open)];
    this.registerOutputs({});
  }

  /** Each layer waits for the one before. By id. */
  private applyLayers(name: string, args: StackComponentArgs): ReadonlyMap<string, pulumi.Resource> {
    const all = new Map<string, pulumi.Resource>();
    let last = args.after;
    for (const layer of layersOf(args.rendered.objects)) {
      const options = { parent: this, provider: args.provider, dependsOn: [...last] };
      last = layer.map((object) => {
        const resource = new KubernetesObject(name, object, args.crds, options);
        all.set(object.id, resource);
        return resource;
      });
    }
    return all;
  }

  /** Deletion runs backwards, so the step of the lowest weight, which runs first, is registered last. */
  private destroySteps(
    name: string,
    { rendered, kubeconfig }: StackComponentArgs,
    after: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    const registered: pulumi.Resource[] = [];
    const steps = [...rendered.destroySteps].sort((a, b) => b.weight - a.weight || (a.id < b.id ? 1 : -1));
    for (const { id, manifest } of steps) {
      const options = { parent: this, dependsOn: [...after, ...registered] };
      registered.push(
        new DestroyStep(`${name}/destroy/${id}`, { component: rendered.name, manifest, kubeconfig }, options),
      );
    }
    return registered;
  }
}

function namespacesAmong(
  { objects }: RenderedComponent,
  resources: ReadonlyMap<string, pulumi.Resource>,
): ReadonlyMap<string, pulumi.Resource> {
  const namespaces = objects.filter(({ manifest }) => manifest["kind"] === "Namespace");
  return new Map(
    namespaces.map(({ id, manifest }) => [(manifest["metadata"] as { name: string }).name, resources.get(id)!]),
  );
}

function inputsOf({ component, rendered, source, images }: StackComponentArgs): StackComponentInputs {
  const statuses = new Map(images.map(({ reference, signature }) => [reference, signature.status]));
  return {
    component: component.name,
    namespace: component.namespace,
    ...(source !== undefined && { version: source.version, chartDigest: source.archive }),
    images: rendered.images,
    signatures: Object.fromEntries(
      rendered.images.map((image) => [image, statuses.get(withoutDigest(image)) ?? "none"]),
    ),
  };
}

function withoutDigest(pinned: string): string {
  const { digest, ...name } = parseReference(pinned);
  return name.tag === undefined && digest !== undefined ? pinned : formatReference(name);
}

/** No gate where nothing is to be judged: the objects themselves are waited for. */
function gateOf({ component, rendered, cluster, kubeconfig }: StackComponentArgs) {
  const { name, namespace, readiness, expectedResources: expected } = component;
  if (readiness === undefined && expected.length === 0) return undefined;
  const gate: GateInputs["gate"] =
    readiness === undefined ? { timeout: DEFAULT_GATE_TIMEOUT_MS, steps: [] } : parseGate(readiness);
  return { component: name, namespace, gate, expected, content: contentOf(rendered), cluster, kubeconfig };
}

function contentOf({ objects }: RenderedComponent): string {
  return `sha256:${createHash("sha256")
    .update(canonicalize(objects.map(({ manifest }) => manifest)) ?? "")
    .digest("hex")}`;
}
