import { suggestion } from "../../nearest";
import { type Findings } from "../cloud/findings";
import { type GkeSettings } from "./args";
import { isRegion, REGIONS, zonesOf, type GkeRegion } from "./regions";

const ZONE = /^([a-z]+-[a-z]+\d+)-[a-z]$/;

/** Project, region and zones. */
export function checkPlace({ project, region, gpus, system = {} }: GkeSettings, findings: Findings): void {
  findings.check(
    /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project),
    "project",
    `${JSON.stringify(project)} is no project's id`,
    "take the id, not the name or the number",
  );
  const known = checkRegion(region, findings) ? region : undefined;
  checkZone(gpus.zone, "gpus.zone", known, findings);
  for (const zone of system.zones ?? []) checkZone(zone, "system.zones", known, findings);
}

function checkRegion(region: string, findings: Findings): region is GkeRegion {
  if (isRegion(region)) return true;
  const { hint = "such as us-central1; `gcloud compute regions list` has them all" } = ZONE.test(region)
    ? { hint: "the control plane is regional: name the region here and the zone in gpus.zone" }
    : suggestion(region, Object.keys(REGIONS));
  findings.add("region", `${JSON.stringify(region)} is no region of Google Cloud that Cairn knows`, hint);
  return false;
}

/** @param region - `undefined` where the region itself is in doubt, so that one mistake is reported once. */
function checkZone(zone: string, path: string, region: GkeRegion | undefined, findings: Findings): void {
  const [, its] = ZONE.exec(zone) ?? [];
  if (its === undefined) findings.add(path, `${JSON.stringify(zone)} is no zone`, "such as us-central1-a");
  else if (region !== undefined && its !== region)
    findings.add(path, `${zone} is not in ${region}`, "take a zone of the region");
  else if (region !== undefined)
    findings.check(
      zonesOf(region).includes(zone),
      path,
      `${region} has no zone ${zone}`,
      `it has ${zonesOf(region).join(", ")}`,
    );
}

const KEY = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

/** The key that is there, as far as the program knows its id already. */
export function checkKey({ region, encryption }: GkeSettings, findings: Findings): void {
  const key = encryption?.key;
  if (typeof key !== "string") return;
  const path = "encryption.key";
  const [, location] = KEY.exec(key) ?? [];
  if (location === undefined)
    findings.add(
      path,
      `${JSON.stringify(key)} is no id of a key`,
      `write projects/PROJECT/locations/${region}/keyRings/RING/cryptoKeys/KEY, without a version`,
    );
  else
    findings.check(
      location === region,
      path,
      `the key is in ${location}, the cluster in ${region}`,
      "take a key of the cluster's region, or leave encryption out for one of the cluster's own",
    );
}
