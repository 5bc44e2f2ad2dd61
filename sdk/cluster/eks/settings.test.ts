import assert from "node:assert/strict";
import { CairnError } from "../../errors";
import { type EksArgs } from "./args";
import { capacityBlock } from "./capacity";
import { type EksPlan, planEks } from "./plan";

/** Settings as a program without types could have them. */
type Loose<T> = { [K in keyof T]?: unknown };
export type Settings = Loose<Omit<EksArgs, "gpus">> & { gpus?: Loose<EksArgs["gpus"]> };

export const FIVE_LINES: EksArgs = { region: "us-west-2", gpus: { accelerator: "h100", nodes: 4 } };

export const plan = ({ gpus = {}, ...rest }: Settings): EksPlan =>
  planEks({ ...FIVE_LINES, ...rest, gpus: { ...FIVE_LINES.gpus, ...gpus } } as EksArgs);

/** Every finding, as path and text. */
export function findings(settings: Settings): readonly (readonly [path: string, text: string])[] {
  try {
    plan(settings);
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    assert.equal(error.code, "CLUSTER_SETTINGS");
    return error.findings.map(({ path = "", message, hint = "" }) => [path, `${message} (${hint})`]);
  }
  return [];
}

/** Reservations of p5.48xlarge that do not exist. */
export const GROUP = "arn:aws:resource-groups:us-west-2:123456789012:group/h100";

/** GB200 as AWS has it; the block decides the zone. */
export const gb200 = { accelerator: "gb200", capacity: capacityBlock("cr-0123") };
