import { type Value } from "@cairn/policy-kit";
import { AGENT_POOL, isGpuAgentPool } from "./azure";
import { NODE_GROUP } from "./aws";
import { NODE_POOL as GKE_POOL } from "./gcp";
import { ADDON } from "./oci";
import { at, type Finding, isTrue, one } from "./rule";

/** A resource of the stack, with what it needs for this rule. */
export interface Owned {
  readonly type: string;
  readonly props: Value;
}

/** What the GPU Operator was told to own. */
const CLUSTER_POLICY = "kubernetes:nvidia.com/v1:ClusterPolicy";

interface Operator {
  readonly driver: boolean;
  readonly devicePlugin: boolean;
}

/** Whether a pool and the GPU Operator agree; by type of pool. Source of each: `docs/policies.md`. */
const AGREEMENTS: Readonly<Record<string, (props: Value, operator: Operator) => readonly Finding[]>> = {
  [NODE_GROUP](props, { driver }) {
    const preinstalled = /^AL2023_.*_NVIDIA$/.test(String(one(props, "amiType")));
    return preinstalled && driver
      ? [twoDrivers("amiType", "choose an image without a driver, or disable the operator's driver")]
      : [];
  },
  [AGENT_POOL](props, { driver }) {
    if (!isGpuAgentPool(props)) return [];
    const managed = one(props, "gpuProfile.driver") !== "None";
    if (managed && driver)
      return [twoDrivers("gpuProfile.driver", 'set it to "None", or disable the operator\'s driver')];
    if (!managed && !driver)
      return [noDriver("gpuProfile.driver", 'set it to "Install", or enable the operator\'s driver')];
    return [];
  },
  [GKE_POOL](props, { driver, devicePlugin }) {
    const accelerators = at(props, "nodeConfig.guestAccelerators[].gpuDriverInstallationConfig.gpuDriverVersion");
    if (accelerators.length === 0) return [];
    const installs = accelerators.every(({ value }) => value !== "INSTALLATION_DISABLED");
    const ownPlugin = labelOf(props, "gke-no-default-nvidia-gpu-device-plugin") !== "true";
    const path = "nodeConfig.labels";
    return [
      ...(installs && driver
        ? [twoDrivers(accelerators[0]!.path, "disable the operator's driver: it cannot install one on COS")]
        : []),
      ...(ownPlugin && devicePlugin
        ? [twoPlugins(path, "disable the operator's device plugin, or label the pool")]
        : []),
      ...(!ownPlugin && !devicePlugin
        ? [{ path, problem: "nobody advertises nvidia.com/gpu", fix: "enable the operator's device plugin" }]
        : []),
      ...(!ownPlugin && installs
        ? [
            {
              path,
              problem: "the label keeps GKE from installing the driver that it is asked for",
              fix: "drop the label",
            },
          ]
        : []),
    ];
  },
  [ADDON](props, { devicePlugin }) {
    const name = one(props, "addonName");
    if (name === "NvidiaGpuPlugin" && devicePlugin)
      return [twoPlugins("addonName", "remove the add-on, or disable the operator's device plugin")];
    if (name === "NvidiaGpuOperator" || name === "NvidiaNetworkOperator")
      return [{ path: "addonName", problem: "the recipe installs this operator too", fix: "remove the add-on" }];
    return [];
  },
};

const labelOf = (props: Value, key: string): Value => {
  const labels = one(props, "nodeConfig.labels");
  return typeof labels === "object" && labels !== null ? (labels as Readonly<Record<string, Value>>)[key] : undefined;
};

const twoDrivers = (path: string, fix: string): Finding => ({ path, problem: "two owners of the GPU driver", fix });
const twoPlugins = (path: string, fix: string): Finding => ({ path, problem: "two owners of nvidia.com/gpu", fix });
const noDriver = (path: string, fix: string): Finding => ({ path, problem: "nobody installs the GPU driver", fix });

/**
 * Compares each pool of a stack with the GPU Operator of the same stack. Without one there is nothing to compare with.
 *
 * @returns findings by their resource
 */
export function ownership<R extends Owned>(resources: readonly R[]): ReadonlyMap<R, readonly Finding[]> {
  const policies = resources.filter(({ type }) => type === CLUSTER_POLICY);
  // Two clusters in one program may be told different things; which is whose cannot be seen here.
  const operators = new Set(policies.map(({ props }) => JSON.stringify(operatorOf(props))));
  const [only] = operators;
  if (only === undefined || operators.size > 1) return new Map();
  const operator = JSON.parse(only) as Operator;
  return new Map(
    resources.flatMap((resource) => {
      const findings = AGREEMENTS[resource.type]?.(resource.props, operator) ?? [];
      return findings.length > 0 ? [[resource, findings] as const] : [];
    }),
  );
}

const operatorOf = (props: Value): Operator => ({
  driver: isTrue(one(props, "spec.driver.enabled")),
  devicePlugin: isTrue(one(props, "spec.devicePlugin.enabled")),
});
