import assert from "node:assert/strict";
import { CairnError } from "../../errors";
import { planOke, type OkeArgs } from ".";

const IMAGE = "ocid1.image.oc1.iad.aaaaimage";
export const H100: OkeArgs = {
  region: "us-ashburn-1",
  compartmentId: "ocid1.compartment.oc1..aaaacompartment",
  gpus: { accelerator: "h100", nodes: 4, availabilityDomain: "Uocm:US-ASHBURN-AD-1", image: IMAGE },
};
export const TENANCY = "ocid1.tenancy.oc1..aaaatenancy";
export const GB200: OkeArgs = {
  ...H100,
  tenancyId: TENANCY,
  gpus: { ...H100.gpus, accelerator: "gb200", nodes: 18 },
  system: { image: "ocid1.image.oc1.iad.aaaasystem" },
};
export const L40S: OkeArgs = { ...H100, gpus: { ...H100.gpus, accelerator: "l40s" } };

export const gpus = (more: Partial<OkeArgs["gpus"]>): OkeArgs => ({ ...H100, gpus: { ...H100.gpus, ...more } });
export const ocid = (type: string, region = "iad") => `ocid1.${type}.oc1.${region}.aaaa`;
/** What a program without types could say. */
export const untyped = (settings: object): OkeArgs => ({ ...H100, ...settings });
export const untypedGpus = (more: object): OkeArgs => ({ ...H100, gpus: { ...H100.gpus, ...more } });

export function findingsOf(args: OkeArgs): readonly { readonly path?: string; readonly text: string }[] {
  try {
    planOke(args);
    return [];
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    assert.equal(error.code, "CLUSTER_SETTINGS");
    return error.findings.map(({ path, message, hint = "" }) => ({
      ...(path !== undefined && { path }),
      text: `${message} → ${hint}`,
    }));
  }
}

/** What is wrong, where, and what is said of it with the way out. */
export type Wrong = readonly [what: string, args: OkeArgs, path: string, says: RegExp];

export function refuses(wrong: readonly Wrong[]): void {
  for (const [what, args, path, says] of wrong)
    it(what, () => {
      const found = findingsOf(args);
      const texts = found.flatMap((finding) => (finding.path === path ? [finding.text] : []));
      assert.ok(
        texts.some((text) => says.test(text)),
        `at ${path}: ${JSON.stringify(found)}`,
      );
    });
}
