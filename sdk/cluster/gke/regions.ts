const ABC = "abc";

/**
 * Regions and the letters of their zones. Source: `gcloud compute zones list` of 2026-09-21, as log2timeline/dftimewolf
 * `dftimewolf/lib/validators/gcp_zone.py` has it. Which zone has which machine no dated document at hand says: Google says no at `up`.
 */
export const REGIONS = {
  "africa-south1": ABC,
  "asia-east1": ABC,
  "asia-east2": ABC,
  "asia-northeast1": ABC,
  "asia-northeast2": ABC,
  "asia-northeast3": ABC,
  "asia-south1": ABC,
  "asia-south2": ABC,
  "asia-southeast1": ABC,
  "asia-southeast2": ABC,
  "asia-southeast3": ABC,
  "australia-southeast1": ABC,
  "australia-southeast2": ABC,
  "europe-central2": ABC,
  "europe-north1": ABC,
  "europe-north2": ABC,
  "europe-southwest1": ABC,
  "europe-west1": "bcd",
  "europe-west2": ABC,
  "europe-west3": ABC,
  "europe-west4": ABC,
  "europe-west6": ABC,
  "europe-west8": ABC,
  "europe-west9": ABC,
  "europe-west10": ABC,
  "europe-west12": ABC,
  "europe-west15": ABC,
  "me-central1": ABC,
  "me-central2": ABC,
  "me-west1": ABC,
  "northamerica-northeast1": ABC,
  "northamerica-northeast2": ABC,
  "northamerica-south1": ABC,
  "southamerica-east1": ABC,
  "southamerica-west1": ABC,
  "us-central1": "abcf",
  "us-central2": "abcd",
  "us-east1": "bcd",
  "us-east4": ABC,
  "us-east5": ABC,
  "us-east7": ABC,
  "us-south1": ABC,
  "us-west1": ABC,
  "us-west2": ABC,
  "us-west3": ABC,
  "us-west4": ABC,
  "us-west8": ABC,
} as const satisfies Readonly<Record<string, string>>;

/** A region that Google Cloud has. */
export type GkeRegion = keyof typeof REGIONS;

export function isRegion(name: string): name is GkeRegion {
  return Object.hasOwn(REGIONS, name);
}

/** Such as `us-east1-b`, in alphabetical order. */
export function zonesOf(region: GkeRegion): readonly string[] {
  return [...REGIONS[region]].map((letter) => `${region}-${letter}`);
}
