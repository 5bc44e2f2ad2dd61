import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import { type ProvisionedCluster } from "../cluster";
import { type Lock, renderRecipe, type RenderedComponent, requireFresh } from "../lock";
import { type Recipe, type ValueSetting, withDynamicValues } from "../recipe";
import { StackComponent } from "./component";
import { Drain } from "./drain";
import { type CrdPolicy } from "./kubernetes-object";
import { schedulingOf } from "./scheduling";
import { type DrainInputs } from "./types";

/** The recipe's own driver for volumes: what uses volumes comes after it, and volumes go before it does. */
const STORAGE_DRIVER = "aws-ebs-csi-driver";

/** Seconds. A load balancer takes a few minutes to go. */
const DRAIN_TIMEOUT = 900;

export interface RecipeStackArgs {
  readonly recipe: Recipe;
  /**
   * Values that the recipe leaves to the program (`cairn lock --dynamic`).
   *
   * @default none
   */
  readonly values?: readonly ValueSetting[];
  /** From `readLock`. */
  readonly lock: Lock;
  readonly cluster: ProvisionedCluster;
  /**
   * Where `cairn lock` put the charts.
   *
   * @default `.cairn/cache` in the working directory
   */
  readonly cacheDir?: string;
  /**
   * What happens to custom resource definitions on destroy. Deleting one deletes every object of its kind in the cluster.
   *
   * @default "retain"
   */
  readonly crds?: CrdPolicy;
}

/**
 * Installs a locked recipe into a cluster: one component resource for each component of the recipe, one resource for each Kubernetes
 * object, in dependency order. A component starts when the readiness gates of those it depends on have passed; destroy runs backwards.
 *
 * Everything is rendered while the program is constructed, from locked bytes, so that the first preview shows every object and image.
 *
 * @throws CairnError `LOCK_STALE`, `DYNAMIC_VALUES`, and what `renderRecipe` throws
 * @example
 * const stack = new RecipeStack("train", { recipe, lock: readLock("cairn.lock.yaml"), cluster });
 */
export class RecipeStack extends pulumi.ComponentResource {
  /** By name, in deployment order. */
  readonly components: ReadonlyMap<string, StackComponent>;
  /** What to wait for before the stack is used: the gates of all components. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: RecipeStackArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { recipe, cluster, crds = "retain" } = args;
    const lock = requireFresh(args.lock, recipe, cluster.facts);
    super("cairn:stack:RecipeStack", name, { recipe: lock.recipe.digest, components: recipe.deploymentOrder }, opts);
    const rendered = renderRecipe(withDynamicValues(recipe, args.values ?? []), lock, {
      scheduling: schedulingOf(cluster.facts),
      cacheDir: args.cacheDir ?? path.join(process.cwd(), ".cairn", "cache"),
    });
    const provider = new Provider(
      name,
      { kubeconfig: cluster.kubeconfig, clusterIdentifier: cluster.identity, enableServerSideApply: true },
      { parent: this, dependsOn: [...cluster.ready] },
    );
    const byName = new Map(recipe.componentRefs.map((component) => [component.name, component]));
    const components = new Map<string, StackComponent>();
    const { kubeconfig, identity } = cluster;
    const drain = (what: DrainInputs["what"], dependsOn: readonly pulumi.Resource[]): readonly pulumi.Resource[] => {
      const inputs = { what, timeout: DRAIN_TIMEOUT, kubeconfig };
      const options = { parent: this, dependsOn: [...dependsOn] };
      return cluster.drain ? [new Drain(`${name}/drain/${what}`, inputs, options)] : [];
    };
    const driven = recipe.deploymentOrder.includes(STORAGE_DRIVER);
    let volumes = driven ? [] : drain("volumes", cluster.ready);
    for (const one of rendered) {
      const component = byName.get(one.name)!;
      const after = [...cluster.ready, ...volumes, ...before(component.dependencyRefs, one, components)];
      const chart = lock.charts[one.name];
      const kustomization = lock.kustomizations?.[one.name];
      const source = chart ?? (kustomization && { ...kustomization, version: kustomization.tag });
      const shared = { images: lock.images, crds, provider, kubeconfig, cluster: identity };
      components.set(
        one.name,
        new StackComponent(
          `${name}/${one.name}`,
          { component, rendered: one, source, after, ...shared },
          { parent: this },
        ),
      );
      if (one.name === STORAGE_DRIVER) volumes = drain("volumes", components.get(one.name)!.ready);
    }
    this.components = components;
    const ready = [...components.values()].flatMap((component) => component.ready);
    this.ready = [...ready, ...drain("load-balancers", ready)];
    this.registerOutputs({});
  }
}

/** The gates of what a component depends on, and namespaces that others made and it lives in. */
function before(
  dependencies: readonly string[],
  { objects }: RenderedComponent,
  components: ReadonlyMap<string, StackComponent>,
): readonly pulumi.Resource[] {
  const used = new Set(objects.map(({ manifest }) => (manifest["metadata"] as { namespace?: string }).namespace));
  const namespaces = [...components.values()].flatMap((component) =>
    [...component.namespaces].flatMap(([namespace, resource]) => (used.has(namespace) ? [resource] : [])),
  );
  return [...dependencies.flatMap((name) => components.get(name)?.ready ?? []), ...namespaces];
}
