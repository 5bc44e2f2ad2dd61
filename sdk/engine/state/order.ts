import { references, type ResourceState } from "./model";

/** Follows renames, so that a reference to a resource's former URN finds it. */
export type Resolve = (urn: string) => string;

/**
 * Resources with everything that they refer to before them, as Pulumi requires of a state file. Otherwise the given order is kept;
 * replaced copies that wait for deletion come after what is live.
 */
export function inOrder(resources: Iterable<ResourceState>, resolve: Resolve): ResourceState[] {
  const all = [...resources];
  const candidates = [...all.filter((each) => !each.delete), ...all.filter((each) => each.delete)];
  const byUrn = new Map<string, ResourceState[]>();
  for (const each of candidates) {
    const same = byUrn.get(each.urn);
    if (same === undefined) byUrn.set(each.urn, [each]);
    else same.push(each);
  }
  const ordered = new Set<ResourceState>();
  const visiting = new Set<ResourceState>();
  const visit = (resource: ResourceState): void => {
    if (ordered.has(resource) || visiting.has(resource)) return;
    visiting.add(resource);
    for (const urn of references(resource)) byUrn.get(resolve(urn))?.forEach(visit);
    ordered.add(resource);
  };
  candidates.forEach(visit);
  return [...ordered];
}

/** For each resource, the others that refer to it. */
export function dependents(
  resources: Iterable<ResourceState>,
  resolve: Resolve,
): ReadonlyMap<string, readonly ResourceState[]> {
  const result = new Map<string, ResourceState[]>();
  for (const resource of resources) {
    for (const urn of new Set([...references(resource)].map(resolve))) {
      const list = result.get(urn);
      if (list === undefined) result.set(urn, [resource]);
      else list.push(resource);
    }
  }
  return result;
}
