import { type Findings } from "../cloud/findings";

/** Regions whose OCIDs carry the airport's code in place of the region's name (Oracle documentation on regions, 2025). */
const REGION_CODES: Readonly<Record<string, string>> = {
  iad: "us-ashburn-1",
  ord: "us-chicago-1",
  phx: "us-phoenix-1",
};
const HAVE_CODES: ReadonlySet<string> = new Set(Object.values(REGION_CODES));

/** Regions whose availability domains are not called after them in full: `Uocm:PHX-AD-1`. */
const DOMAIN_NAMES: Readonly<Record<string, string>> = { "us-phoenix-1": "PHX", "us-ashburn-1": "US-ASHBURN" };

const REGION = /^[a-z]{2,3}(-[a-z]+)+-\d$/;
/** `ocid1.<type>.<realm>.[region].<unique>`; newer ones have one part more before the unique one. */
const OCID = /^ocid1\.([a-z0-9]+)\.(oc\d+)\.([a-z0-9-]*)\.([a-z0-9-]*\.)?([a-z0-9]+)$/;

export function checkRegion(region: string, path: string, findings: Findings): boolean {
  const message = `${JSON.stringify(region)} is no region`;
  return findings.check(REGION.test(region), path, message, "use the identifier, such as us-ashburn-1");
}

/**
 * Checks an OCID as far as it speaks for itself: its type, and its region where it has one. What only exists after creation is left alone.
 *
 * @param type - As OCIDs spell it: `image`, `capacityreservation`.
 * @param region - Of the cluster; leave it out for what belongs to no region.
 */
export function checkOcid(value: unknown, path: string, types: readonly string[], findings: Findings, region?: string) {
  if (typeof value !== "string") return;
  const [, type, , where] = OCID.exec(value) ?? [];
  const wanted = types.map((each) => `ocid1.${each}.…`).join(" or ");
  if (type === undefined || !types.includes(type)) {
    findings.add(path, `${JSON.stringify(value)} is no OCID of the wanted type`, `it starts with ${wanted}`);
    return;
  }
  const home = where === undefined || where === "" ? undefined : (REGION_CODES[where] ?? where);
  if (region === undefined || home === undefined) return;
  // A code that is not known may stand for any region whose own is not known either.
  if (!REGION.test(home) && !HAVE_CODES.has(region)) return;
  findings.check(home === region, path, `is in ${home}, the cluster in ${region}`, "name one of the cluster's region");
}

/** `Uocm:US-ASHBURN-AD-1`: a prefix of the tenancy's own, the region, the number. */
export function checkAvailabilityDomain(value: string, path: string, region: string, findings: Findings): void {
  const [, place] = /^[\w-]+:([A-Z0-9-]+)-AD-[123]$/.exec(value) ?? [];
  if (place === undefined) {
    const hint = "run `oci iam availability-domain list`; the name has a prefix of the tenancy's own";
    findings.add(path, `${JSON.stringify(value)} is no availability domain such as Uocm:US-ASHBURN-AD-1`, hint);
    return;
  }
  const wanted = DOMAIN_NAMES[region] ?? region.toUpperCase();
  findings.check(place === wanted, path, `${value} is not in ${region}`, `its name has ${wanted} in it`);
}
