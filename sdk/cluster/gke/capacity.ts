/** Capacity from the common stock, paid by the second. */
export interface OnDemand {
  readonly kind: "on-demand";
}

/** Cheaper machines that Google may take back at any time. */
export interface Spot {
  readonly kind: "spot";
}

/** Capacity that a reservation holds. */
export interface Reservation {
  readonly kind: "reservation";
  /** In one of the forms that {@link reservation} takes. */
  readonly name: string;
}

/** Machines that come together when the stock has them, for a limited time. The pool starts empty and grows when pods wait. */
export interface FlexStart {
  readonly kind: "flex-start";
  /** Seconds that a node lives. */
  readonly maxRunSeconds: number;
}

/** Like {@link FlexStart}, but only for a `ProvisioningRequest`, such as Kueue makes. */
export interface Queued {
  readonly kind: "queued";
  /** Seconds that a node lives. */
  readonly maxRunSeconds: number;
}

/** Where the machines of a GPU pool come from. */
export type Capacity = OnDemand | Spot | Reservation | FlexStart | Queued;

/** The longest that flex start lends a machine, in seconds: seven days. Google's rule as commonly known; no dated page was at hand. */
export const LONGEST_RUN = 604_800;

/** Capacity from the common stock. Reservations are left alone, so that the bill is the one that the program says. */
export function onDemand(): OnDemand {
  return { kind: "on-demand" };
}

/** Spot machines. */
export function spot(): Spot {
  return { kind: "spot" };
}

/**
 * A specific reservation, in any of these forms:
 *
 * - `NAME`, of the cluster's own project
 * - `projects/PROJECT/reservations/NAME`, shared by another project
 * - `projects/PROJECT/zones/ZONE/reservations/NAME`, the id of a `gcp.compute.Reservation`; its zone has to be the pool's
 *
 * each with `/reservationBlocks/BLOCK` and `/reservationSubBlocks/SUB` behind it, to take one block or sub-block of it.
 *
 * Source: GoogleCloudPlatform/cluster-toolkit 1.95.0 `modules/compute/gke-node-pool`, 2026-06-25.
 *
 * @example
 * capacity: reservation("projects/acme-capacity/reservations/a4x-rack-3/reservationBlocks/block-1")
 */
export function reservation(name: string): Reservation {
  return { kind: "reservation", name };
}

/** Settings of {@link flexStart} and {@link queued}. */
export interface FlexStartArgs {
  /** Seconds that a node lives, at most seven days. @default 604800 */
  readonly maxRunSeconds?: number;
}

/** Machines that come together when the stock has them. `gpus.nodes` is how many there may be. */
export function flexStart({ maxRunSeconds = LONGEST_RUN }: FlexStartArgs = {}): FlexStart {
  return { kind: "flex-start", maxRunSeconds };
}

/** Flex start by `ProvisioningRequest` alone. `gpus.nodes` is how many there may be. */
export function queued({ maxRunSeconds = LONGEST_RUN }: FlexStartArgs = {}): Queued {
  return { kind: "queued", maxRunSeconds };
}

/** A reservation's name taken apart. */
export interface ReservationName {
  readonly project?: string;
  readonly zone?: string;
  readonly name: string;
  /** `/reservationBlocks/…`, or empty. */
  readonly blocks: string;
}

const RESERVATION =
  /^(?:projects\/([a-z0-9.:-]+)\/(?:zones\/([a-z0-9-]+)\/)?reservations\/)?([a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)((?:\/reservationBlocks\/[a-z0-9-]+(?:\/reservationSubBlocks\/[a-z0-9-]+)?)?)$/;

/** `undefined` for what is no name of a reservation. */
export function parseReservation(text: string): ReservationName | undefined {
  const [, project, zone, name, blocks = ""] = RESERVATION.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name, blocks, ...(project !== undefined && { project }), ...(zone !== undefined && { zone }) };
}

/** How a pool's machines give way to new ones when its version or image moves. */
export type Upgrade =
  | { readonly kind: "in-place"; readonly unavailable: number }
  | { readonly kind: "surge"; readonly nodes: number }
  | { readonly kind: "blue-green"; readonly soakSeconds: number };

/**
 * So many nodes at a time are drained and made anew, without any further machine.
 *
 * @param unavailable - Nodes at a time, 1 to 20; one when left out.
 */
export function inPlace(unavailable = 1): Upgrade {
  return { kind: "in-place", unavailable };
}

/**
 * So many further machines come before old ones go. Not where a reservation or a placement holds exactly those that there are.
 *
 * @param nodes - Further machines, 1 to 20; one when left out.
 */
export function surge(nodes = 1): Upgrade {
  return { kind: "surge", nodes };
}

/** Settings of {@link blueGreen}. */
export interface BlueGreenArgs {
  /** Seconds until the first pool goes, at most seven days. @default 3600 */
  readonly soakSeconds?: number;
}

/** A second pool of the same size comes, and the first one goes so many seconds later. Likewise only where machines are to be had. */
export function blueGreen({ soakSeconds = 3600 }: BlueGreenArgs = {}): Upgrade {
  return { kind: "blue-green", soakSeconds };
}
