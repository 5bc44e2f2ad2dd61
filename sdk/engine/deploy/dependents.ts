import { type ResourceState } from "../state/model";
import { dependents, inOrder, type Resolve } from "../state/order";
import { providerPackage, splitReference } from "../urn";
import { UNKNOWN } from "../wire";
import { isReplacedWith } from "./plan";
import { refuseProtected, requestFor, type StepContext } from "./steps";

/**
 * What has to be deleted before `root` when that is deleted before its replacement exists: the resources that would be replaced
 * themselves, were the properties that come from it to change. In the order of deletion.
 */
export async function replacedInTurn(
  context: StepContext,
  root: ResourceState,
  candidates: readonly ResourceState[],
  resolve: Resolve,
): Promise<readonly ResourceState[]> {
  const replaced = new Set([root.urn]);
  const doomed: ResourceState[] = [];
  for (const resource of inOrder(reachable(root.urn, dependents(candidates, resolve)), resolve)) {
    if (!resource.custom || !(await goesWith(context, resource, replaced))) continue;
    refuseProtected(context, resource, "replace");
    replaced.add(resource.urn);
    doomed.unshift(resource);
  }
  return doomed;
}

async function goesWith(
  context: StepContext,
  resource: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<boolean> {
  if (resource.provider !== undefined && replaced.has(splitReference(resource.provider).urn)) return true;
  // Only a Kubernetes provider stands for something that is made: a cluster.
  if (providerPackage(resource.type) !== undefined)
    return (resource.propertyDependencies?.["clusterIdentifier"] ?? []).some((urn) => replaced.has(urn));
  const provider = await context.provider(resource);
  return isReplacedWith(resource, replaced, provider, requestFor(context, resource), UNKNOWN);
}

function reachable(root: string, byUrn: ReadonlyMap<string, readonly ResourceState[]>): Set<ResourceState> {
  const found = new Set<ResourceState>();
  const visit = (urn: string): void => {
    for (const resource of byUrn.get(urn) ?? []) {
      if (found.has(resource)) continue;
      found.add(resource);
      visit(resource.urn);
    }
  };
  visit(root);
  return found;
}
