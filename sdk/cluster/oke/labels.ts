import { type Findings } from "../cloud/findings";
import { type Taint } from "../types";

const NAME = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const satisfies readonly Taint["effect"][];

/** Labels that a setting decides, with that setting. */
const DECIDED: Readonly<Record<string, string>> = {
  "cairn.dev/pool": "the target sets it itself",
  "oci.oraclecloud.com/disable-gpu-device-plugin": "gpuStack decides who owns the device plugin",
};

function isKey(key: string): boolean {
  const parts = key.split("/");
  const [prefix, name] = parts.length === 2 ? parts : [undefined, key];
  return name !== undefined && NAME.test(name) && (prefix === undefined || PREFIX.test(prefix));
}

const isValue = (value: string): boolean => value === "" || NAME.test(value);

export function checkLabels(labels: Readonly<Record<string, string>>, path: string, findings: Findings): void {
  for (const [key, value] of Object.entries(labels)) {
    const place = `${path}.${key}`;
    const decided = DECIDED[key];
    if (decided !== undefined) findings.add(place, `cannot be set: ${decided}`, "leave it out");
    else findings.check(isKey(key) && isValue(value), place, `${key}=${value} is no label of Kubernetes`);
  }
}

export function checkTaints(taints: readonly Taint[], path: string, findings: Findings): void {
  const own = "nvidia.com/gpu:NoSchedule";
  const seen = new Set([own]);
  for (const [index, { key, value = "", effect }] of taints.entries()) {
    const place = `${path}[${index}]`;
    findings.oneOf(effect, `${place}.effect`, EFFECTS);
    findings.check(isKey(key) && isValue(value), place, `${key}=${value} is no taint of Kubernetes`);
    const taint = `${key}:${effect}`;
    const hint = taint === own ? "OKE sets nvidia.com/gpu itself" : "leave one out";
    findings.check(!seen.has(taint), place, `${taint} is there already`, hint);
    seen.add(taint);
  }
}
