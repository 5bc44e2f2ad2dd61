import assert from "node:assert/strict";
import { CairnError } from "../../errors";
import { planAks } from "./plan";
import { type AnyAksArgs } from "./plan-types";

export const GROUP = "/subscriptions/s/resourceGroups/rg";
export const RESERVED = `${GROUP}/providers/Microsoft.Compute/capacityReservationGroups/h100`;
export const SUBNET = `${GROUP}/providers/Microsoft.Network/virtualNetworks/hub/subnets`;

const five: AnyAksArgs = { location: "eastus2", gpus: { accelerator: "h100", nodes: 4 } };

/** What a program can say that its compiler was told not to mind. */
export type Loose = Readonly<Record<string, unknown>>;
export const withGpus = (gpus: Loose): Loose => ({ gpus: { ...five.gpus, ...gpus } });

/** The five-line program's plan, with settings laid over it. */
export const plan = (more: Loose = {}) => planAks({ ...five, ...more } as unknown as AnyAksArgs);

/** Everything that is wrong with such settings. */
export function findingsOf(more: Loose): CairnError["findings"] {
  try {
    plan(more);
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    assert.equal(error.code, "CLUSTER_SETTINGS");
    return error.findings;
  }
  return [];
}
