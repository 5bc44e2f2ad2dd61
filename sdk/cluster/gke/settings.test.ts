import { type GkeSettings } from "./args";
import { reservation } from "./capacity";

/** Settings as a program may read them from a configuration, where no compiler looks. */
export interface Loose {
  readonly [setting: string]: unknown;
}

const POOL = { accelerator: "h100", nodes: 4, zone: "us-central1-a" };
export const RACK = { accelerator: "gb200", nodes: 18, zone: "us-central1-a", capacity: reservation("rack-3") };

export function settings(changes: Loose = {}, gpus: Loose = {}): GkeSettings {
  const all: Loose = { project: "acme-ai", region: "us-central1", ...changes, gpus: { ...POOL, ...gpus } };
  return all as unknown as GkeSettings;
}
