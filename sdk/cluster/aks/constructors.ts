import { type AksCapacity, type AksNodePoolSnapshot, type AksPrincipal, type ResourceId, type Zone } from "./args";

/** Machines as Azure has them, at list price. */
export function onDemand(): AksCapacity {
  return { kind: "on-demand" };
}

/**
 * Machines of a capacity reservation group that is there. The cluster's identity gets Contributor on the group's resource group, which AKS
 * asks for; that can take an hour to arrive, so a first `up` may have to be repeated (azure-aks-docs use-capacity-reservation-groups.md,
 * 2026-05-29).
 *
 * @param options - `zone`: the zone the group reserves in.
 * @example
 * capacity: capacityReservationGroup("/subscriptions/…/capacityReservationGroups/h100", { zone: "1" })
 */
export function capacityReservationGroup(group: ResourceId, options: { readonly zone?: Zone } = {}): AksCapacity {
  return { kind: "reservation-group", group, ...options };
}

/**
 * Reserves the pool's machines with the cluster, and gives them back with it. Azure bills from the moment of the reservation, used or not,
 * and does not reserve every size.
 */
export function newReservation(): AksCapacity {
  return { kind: "new-reservation" };
}

/**
 * Machines that Azure can take back at any time. The pool gets a taint more, and cannot be upgraded together with the control plane.
 *
 * @param options - `maxPrice`: US dollars per hour, to five decimals; -1 is up to the price on demand. Fixed when the pool is made. Default -1
 */
export function spot({ maxPrice = -1 }: { readonly maxPrice?: number } = {}): AksCapacity {
  return { kind: "spot", maxPrice };
}

/**
 * Pins the node image to that of a node pool snapshot, of the same family of sizes and not older than 90 days (azure-aks-docs
 * node-pool-snapshot.md, 2024-01-29).
 */
export function nodePoolSnapshot(snapshot: ResourceId): AksNodePoolSnapshot {
  return { snapshot };
}

/** A group of Microsoft Entra, by its object identifier. */
export function group(objectId: string): AksPrincipal {
  return { kind: "Group", objectId };
}

/** A user of Microsoft Entra, by its object identifier. */
export function user(objectId: string): AksPrincipal {
  return { kind: "User", objectId };
}

/** A service principal or managed identity, by its object identifier. */
export function servicePrincipal(objectId: string): AksPrincipal {
  return { kind: "ServicePrincipal", objectId };
}
