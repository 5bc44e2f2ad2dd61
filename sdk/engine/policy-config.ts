import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { CairnError, type Finding } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { fromStruct, toStruct } from "./hosts/grpc";
import { isObject } from "./wire";

const { ADVISORY, MANDATORY, DISABLED, REMEDIATE } = messages.EnforcementLevel;
const LEVELS: Readonly<Record<string, messages.EnforcementLevel>> = {
  advisory: ADVISORY,
  mandatory: MANDATORY,
  disabled: DISABLED,
  remediate: REMEDIATE,
};

/** How strict a policy is and with which settings, for every policy of a pack. */
export type PolicySettings = ReadonlyMap<string, messages.PolicyConfig>;

interface Setting {
  readonly level: string | undefined;
  readonly properties: JsonObject;
}

/**
 * What a pack's policies are configured with: defaults of their schemas, then the pack's own initial settings, then `all`, then the
 * setting of the policy itself, as `pulumi --policy-pack-config` reads it.
 * @throws CairnError POLICY_CONFIG_INVALID
 */
export function policySettings(info: messages.AnalyzerInfo, config: JsonObject, source: string): PolicySettings {
  const policies = info.getPoliciesList();
  const findings: Finding[] = [];
  const known = new Set(["all", ...policies.map((policy) => policy.getName())]);
  for (const name of Object.keys(config)) {
    if (!known.has(name)) findings.push({ path: name, message: `the pack has no policy of this name` });
  }
  const read = (name: string): Setting => settingOf(name, config[name], findings);
  const all = read("all");
  const settings = policies.map((policy) => {
    const initial = info.getInitialconfigMap().get(policy.getName());
    const own = read(policy.getName());
    const schema = policy.getConfigschema();
    const properties = {
      ...defaultsOf(fromStruct(schema?.getProperties())),
      ...fromStruct(initial?.getProperties()),
      ...all.properties,
      ...own.properties,
    };
    for (const key of schema?.getRequiredList() ?? []) {
      if (!(key in properties))
        findings.push({ path: `${policy.getName()}.${key}`, message: "this setting is required" });
    }
    const level = own.level ?? all.level;
    const setting = new messages.PolicyConfig();
    setting.setEnforcementlevel(
      (level === undefined ? undefined : LEVELS[level]) ??
        initial?.getEnforcementlevel() ??
        policy.getEnforcementlevel(),
    );
    setting.setProperties(toStruct(properties));
    return [policy.getName(), setting] as const;
  });
  if (findings.length > 0) {
    throw new CairnError("POLICY_CONFIG_INVALID", `the configuration of the policy pack ${source} does not fit`, {
      findings,
    });
  }
  return new Map(settings);
}

function settingOf(name: string, value: JsonValue | undefined, findings: Finding[]): Setting {
  if (value === undefined) return { level: undefined, properties: {} };
  const { enforcementLevel, ...properties } = isObject(value) ? value : { enforcementLevel: value };
  if (enforcementLevel === undefined) return { level: undefined, properties };
  if (typeof enforcementLevel === "string" && enforcementLevel in LEVELS)
    return { level: enforcementLevel, properties };
  findings.push({ path: name, message: `enforcement level must be one of ${Object.keys(LEVELS).join(", ")}` });
  return { level: undefined, properties };
}

function defaultsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, field]) =>
      isObject(field) && field["default"] !== undefined ? [[key, field["default"]]] : [],
    ),
  );
}
