import {
  type V1Device,
  type V1DeviceClass,
  type V1DeviceRequestAllocationResult,
  type ResourceV1ResourceClaim as V1ResourceClaim,
  type V1ResourceSlice,
} from "@kubernetes/client-node";
import { acceleratorOf } from "../hardware";
import { type CheckContext } from "../types";

export const DRA = "resource.k8s.io/v1";

/** A published device of one node. */
export interface NodeDevice {
  /** `driver/pool/device`: names a device in a whole cluster. */
  readonly id: string;
  readonly node: string;
  readonly device: V1Device;
}

/** A device class with devices behind it, and what tells those devices from others. */
export interface Offer {
  readonly className: string;
  readonly driver: string;
  /** CEL that is true for the devices of this offer only. */
  readonly selector: string;
  /** The same in words: `model = h100`. */
  readonly meaning: string;
  /** An expression that no device of the driver can satisfy. */
  readonly impossible: string;
  /** Sorted by id. */
  readonly devices: readonly NodeDevice[];
}

export const deviceId = (result: V1DeviceRequestAllocationResult): string =>
  `${result.driver}/${result.pool}/${result.device}`;

/** The devices that a claim holds. */
export const allocated = (claim: V1ResourceClaim): readonly string[] =>
  (claim.status?.allocation?.devices?.results ?? []).map(deviceId);

/** The current slices of each pool: those of an older generation are leftovers of an update. */
export function currentSlices(slices: readonly V1ResourceSlice[]): readonly V1ResourceSlice[] {
  const pool = ({ spec }: V1ResourceSlice): string => `${spec.driver}/${spec.pool.name}`;
  const newest = new Map<string, number>();
  for (const slice of slices)
    newest.set(pool(slice), Math.max(newest.get(pool(slice)) ?? 0, slice.spec.pool.generation));
  return slices.filter((slice) => slice.spec.pool.generation === newest.get(pool(slice)));
}

/** Whole devices of one driver that belong to a node. Partitions of a device (`type: mig`, `vfio`) are not counted again. */
export function nodeDevices(slices: readonly V1ResourceSlice[], driver: string): readonly NodeDevice[] {
  return currentSlices(slices)
    .filter(({ spec }) => spec.driver === driver && spec.nodeName !== undefined)
    .flatMap(({ spec }) =>
      (spec.devices ?? []).map((device) => ({
        id: `${spec.driver}/${spec.pool.name}/${device.name}`,
        node: spec.nodeName ?? "",
        device,
      })),
    )
    .filter(({ device }) => (device.attributes?.["type"]?.string ?? "gpu") === "gpu")
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The drivers that a class selects, from the usual `device.driver == "…"` in its CEL. */
export const driversOf = (deviceClass: V1DeviceClass): readonly string[] =>
  (deviceClass.spec.selectors ?? []).flatMap((s) =>
    [...(s.cel?.expression ?? "").matchAll(/device\.driver\s*==\s*["']([^"']+)["']/g)].map(
      ([, driver]) => driver ?? "",
    ),
  );

/**
 * The classes that published devices stand behind, with the attribute that shows the wanted accelerator. The class that is named like its
 * driver comes first: drivers publish their whole devices under it, and special ones (partitions, pass-through) under others.
 */
export function offers(
  classes: readonly V1DeviceClass[],
  slices: readonly V1ResourceSlice[],
  accelerator: string,
): readonly Offer[] {
  return classes
    .flatMap((c) => driversOf(c).map((driver) => ({ className: c.metadata?.name ?? "", driver })))
    .sort((a, b) => rank(a) - rank(b) || (a.className < b.className ? -1 : 1))
    .flatMap(({ className, driver }) => {
      const all = nodeDevices(slices, driver);
      const sign = all.map(({ device }) => signOf(device, accelerator)).find((found) => found !== undefined);
      if (sign === undefined) return [];
      const [key, value] = sign;
      const attribute = attributePath(key, driver);
      return [
        {
          className,
          driver,
          selector: `${attribute} == ${JSON.stringify(value)}`,
          meaning: `${key} = ${value}`,
          impossible: `${attribute} == "cairn-no-such-device"`,
          devices: all.filter(({ device }) => device.attributes?.[key]?.string === value),
        },
      ];
    });
}

const rank = ({ className, driver }: { readonly className: string; readonly driver: string }): number =>
  className === driver ? 0 : 1;

/** The attribute by which a device shows that it is the wanted accelerator; for `any`, one that names some accelerator. */
function signOf(device: V1Device, accelerator: string): readonly [key: string, value: string] | undefined {
  for (const [key, { string: value }] of Object.entries(device.attributes ?? {}).sort()) {
    const found = value === undefined ? undefined : acceleratorOf(value);
    if (value !== undefined && found !== undefined && (accelerator === "any" || found === accelerator))
      return [key, value];
  }
  return undefined;
}

/** Attributes without a domain belong to the driver's. */
function attributePath(key: string, driver: string): string {
  const [domain, name] = key.includes("/") ? key.split("/", 2) : [driver, key];
  return `device.attributes[${JSON.stringify(domain)}].${name}`;
}

/** What the cluster publishes. */
export async function readDevices(ctx: Pick<CheckContext, "kube" | "signal">) {
  const list = async <T>(kind: string): Promise<readonly T[]> =>
    (await ctx.kube.list(DRA, kind, { signal: ctx.signal })) as unknown as readonly T[];
  const [classes, slices, claims] = await Promise.all([
    list<V1DeviceClass>("DeviceClass"),
    list<V1ResourceSlice>("ResourceSlice"),
    list<V1ResourceClaim>("ResourceClaim"),
  ]);
  return { classes, slices, taken: new Set(claims.flatMap(allocated)) };
}
