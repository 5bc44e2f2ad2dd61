import { type Findings } from "../cloud/findings";
import { type EksInstanceType, type GpuInstance, INSTANCES } from "./instances";
import { type PartitionName } from "./regions";

/** How the instances of the GPU pool are paid for and found. Made by {@link onDemand}, {@link spot} and their like. */
export type Capacity =
  | { readonly type: "on-demand"; readonly placementGroup: boolean }
  | { readonly type: "spot" }
  | { readonly type: "capacity-block"; readonly reservation: string }
  | { readonly type: "reservation"; readonly reservation: string; readonly placementGroup?: string }
  | { readonly type: "resource-group"; readonly arn: string; readonly placementGroup?: string };

/** Which existing placement group a reservation was made with. */
export interface PlacedReservation {
  /**
   * Name of the cluster placement group that the reservation names. Any other group makes EC2 report insufficient capacity although it is
   * reserved (eksctl issue 7949; terraform-aws-eks pull request 3730).
   *
   * @default none
   */
  readonly placementGroup?: string;
}

/**
 * Instances as they are to be had. With a fabric they go into a cluster placement group of their own, so that they stand close together.
 *
 * @param settings.placementGroup - Whether to make that group. @default true
 * @example capacity: onDemand({ placementGroup: false })
 */
export function onDemand({ placementGroup = true }: { readonly placementGroup?: boolean } = {}): Capacity {
  return { type: "on-demand", placementGroup };
}

/** Spare instances that EC2 takes back with two minutes' notice. */
export function spot(): Capacity {
  return { type: "spot" };
}

/**
 * A purchased Capacity Block for ML. Its instances stand close together already, so there is no placement group. EKS scales the pool to
 * zero 40 minutes before the block ends, EC2 ends instances 30 minutes before (60 for UltraServers) (Amazon EKS user guide, capacity
 * blocks, 2024-12). Cairn buys none.
 *
 * @param reservation - ID of the block: `cr-…`.
 * @example capacity: capacityBlock("cr-0123456789abcdef0")
 */
export function capacityBlock(reservation: string): Capacity {
  return { type: "capacity-block", reservation };
}

/**
 * An on-demand capacity reservation. Nodes start in it and nowhere else.
 *
 * @param reservation - Its ID: `cr-…`.
 */
export function onDemandReservation(reservation: string, settings: PlacedReservation = {}): Capacity {
  return { type: "reservation", reservation, ...settings };
}

/**
 * On-demand capacity reservations in a resource group. Needs `gpus.zone`, because the group may have reservations in several.
 *
 * @param arn - Of the group: `arn:aws:resource-groups:us-west-2:123456789012:group/name`.
 */
export function reservationGroup(arn: string, settings: PlacedReservation = {}): Capacity {
  return { type: "resource-group", arn, ...settings };
}

/** Instances in one Capacity Block (Amazon EC2 user guide, Capacity Blocks for ML, 2025). */
const BLOCK_LIMIT = 64;

/** Whether a pool must not exist twice for a while, because its capacity or its placement does not. */
export function isBound(capacity: Capacity): boolean {
  return capacity.type === "on-demand" ? capacity.placementGroup : capacity.type !== "spot";
}

/** ID of the one reservation that the pool starts in, if it is one. */
export function reservationOf(capacity: Capacity): string | undefined {
  return capacity.type === "capacity-block" || capacity.type === "reservation" ? capacity.reservation : undefined;
}

const CAPACITIES: readonly Capacity["type"][] = [
  "on-demand",
  "spot",
  "capacity-block",
  "reservation",
  "resource-group",
];

interface CapacityContext {
  readonly instanceType: EksInstanceType;
  readonly nodes: number;
  readonly region: string;
  readonly partition: PartitionName;
  readonly zone: string | undefined;
  /** The pool's subnet is somebody else's and decides the zone. */
  readonly placed: boolean;
}

/** Checks a capacity against the instance type, the region and the zone. */
export function checkCapacity(capacity: Capacity, context: CapacityContext, out: Findings): void {
  const { instanceType, nodes, zone, placed } = context;
  if (!out.oneOf(capacity.type, "gpus.capacity.type", CAPACITIES)) return;
  const { capacityBlock: offered }: GpuInstance = INSTANCES[instanceType];
  if (offered === "only")
    out.check(
      capacity.type === "capacity-block",
      "gpus.capacity",
      `${instanceType} is sold in Capacity Blocks only, not as ${capacity.type}`,
      'capacity: capacityBlock("cr-…")',
    );
  if (capacity.type === "capacity-block") {
    out.check(
      offered !== "no",
      "gpus.capacity",
      `no Capacity Block has ${instanceType}`,
      "use onDemandReservation() or onDemand()",
    );
    const limit = `${nodes} instances do not fit in a Capacity Block, which has at most ${BLOCK_LIMIT}`;
    out.check(nodes <= BLOCK_LIMIT, "gpus.nodes", limit, "use several clusters or on-demand reservations");
  }
  if (capacity.type === "capacity-block" || capacity.type === "reservation") {
    const { reservation } = capacity;
    out.check(
      /^cr-[0-9a-f]+$/.test(reservation),
      "gpus.capacity.reservation",
      `${JSON.stringify(reservation)} is not the ID of a reservation`,
      "it looks like cr-0123456789abcdef0",
    );
  }
  if (capacity.type === "resource-group") {
    checkGroup(capacity.arn, context, out);
    const hint = "name the zone of the reservations";
    out.check(placed || zone !== undefined, "gpus.zone", "is needed with a group of reservations", hint);
  }
}

function checkGroup(arn: string, { region, partition }: CapacityContext, out: Findings): void {
  const path = "gpus.capacity.arn";
  const found = /^arn:([a-z-]+):resource-groups:([a-z0-9-]+):\d{12}:group\/.+$/.exec(arn);
  if (found === null)
    return out.add(
      path,
      `${JSON.stringify(arn)} is not the ARN of a resource group`,
      `it looks like arn:${partition}:resource-groups:${region}:123456789012:group/name`,
    );
  const [, inPartition, inRegion] = found;
  out.check(
    inPartition === partition && inRegion === region,
    path,
    `is in ${inRegion} of partition ${inPartition}, the cluster in ${region} of ${partition}`,
    "a reservation serves its own region only",
  );
}
