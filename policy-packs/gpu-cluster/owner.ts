import { UNKNOWN, type Value } from "@cairn/policy-kit";
import * as aws from "./aws";
import * as azure from "./azure";
import * as gcp from "./gcp";
import { ADDON, CLUSTER_NETWORK, isGpuClusterNetwork, isGpuNodePool, NODE_POOL } from "./oci";
import { at, below, type Finding, forType, isFalse, one, type Place } from "./rule";
import { type Member } from "./stack";

/** What the GPU Operator was told to own. */
const CLUSTER_POLICY = "kubernetes:nvidia.com/v1:ClusterPolicy";

interface Operator {
  readonly driver: boolean;
  readonly devicePlugin: boolean;
}

/** Whether a pool and the GPU Operator agree. Source of each: `docs/policies.md`. */
type Agreement = (props: Value, operator: Operator) => readonly Finding[];

const ofNodeGroup: Agreement = (props, { driver }) =>
  aws.hasDriver(props) === true && driver
    ? [twoDrivers("amiType", "choose an image without a driver, or disable the operator's driver")]
    : [];

const ofAgentPool: Agreement = (props, { driver }) => {
  if (azure.isGpuAgentPool(props) !== true) return [];
  if (one(props, MANAGEMENT) === "Managed") return [{ path: MANAGEMENT, ...TWO_STACKS }];
  const managed = one(props, "gpuProfile.driver") !== "None";
  if (managed && driver)
    return [twoDrivers("gpuProfile.driver", 'set it to "None", or disable the operator\'s driver')];
  if (!managed && !driver)
    return [noDriver("gpuProfile.driver", 'set it to "Install", or enable the operator\'s driver')];
  return [];
};

const MANAGEMENT = "gpuProfile.nvidia.managementMode";
const TWO_STACKS = {
  problem: "AKS manages the whole GPU stack, and the operator does too",
  fix: "leave it out, and say in gpuProfile.driver who installs the driver",
};

const ofGkePool: Agreement = (props, operator) =>
  gcp.isGpuNodePool(props) === true ? [...driverOfGkePool(props, operator), ...pluginOfGkePool(props, operator)] : [];

const ACCELERATORS = "nodeConfig.guestAccelerators";
const LABELS = "nodeConfig.labels";

/** GKE installs a driver unless it is told not to. */
const versionsOf = (props: Value): readonly Place[] =>
  at(props, `${ACCELERATORS}[].gpuDriverInstallationConfig.gpuDriverVersion`);

const installs = (props: Value): boolean => versionsOf(props).every(({ value }) => value !== "INSTALLATION_DISABLED");

const hasOwnPlugin = (props: Value): boolean => labelOf(props, "gke-no-default-nvidia-gpu-device-plugin") !== "true";

function driverOfGkePool(props: Value, { driver }: Operator): readonly Finding[] {
  const path = versionsOf(props)[0]?.path ?? ACCELERATORS;
  // Without an image type GKE takes Container-Optimized OS.
  const isCos = /^(undefined|cos)/i.test(String(one(props, "nodeConfig.imageType")));
  if (!driver) return [];
  if (installs(props)) return [twoDrivers(path, "disable the operator's driver: it cannot install one on COS")];
  if (!isCos) return [];
  const fix = "disable the operator's driver, and leave the driver to GKE or to its installer's DaemonSet";
  return [{ path, problem: "the operator cannot install a driver on COS, and GKE is told not to", fix }];
}

function pluginOfGkePool(props: Value, { devicePlugin }: Operator): readonly Finding[] {
  const path = LABELS;
  if (hasOwnPlugin(props))
    return devicePlugin ? [twoPlugins(path, "disable the operator's device plugin, or label the pool")] : [];
  const problem = "the label keeps GKE from installing the driver that it is asked for";
  return [
    ...(devicePlugin ? [] : [noPlugin(path, "enable the operator's device plugin")]),
    ...(installs(props) ? [{ path, problem, fix: "drop the label" }] : []),
  ];
}

const ofAddon: Agreement = (props, { devicePlugin }) => {
  const name = one(props, "addonName");
  if (name === PLUGIN && devicePlugin)
    return [twoPlugins("addonName", "remove the add-on, or disable the operator's device plugin")];
  if (name === "NvidiaGpuOperator" || name === "NvidiaNetworkOperator")
    return [{ path: "addonName", problem: "the recipe installs this operator too", fix: "remove the add-on" }];
  return [];
};

const PLUGIN = "NvidiaGpuPlugin";

const inside =
  (poolsOf: (props: Value) => readonly Place[], agreement: Agreement): Agreement =>
  (props, operator) =>
    poolsOf(props).flatMap(({ path, value }) => agreement(value, operator).map((finding) => below(path, finding)));

/** By type of resource. */
const AGREEMENTS: Readonly<Record<string, Agreement>> = {
  [aws.NODE_GROUP]: ofNodeGroup,
  [azure.AGENT_POOL]: ofAgentPool,
  [azure.CLUSTER]: inside(azure.poolsOf, ofAgentPool),
  [gcp.NODE_POOL]: ofGkePool,
  [gcp.CLUSTER]: inside(gcp.poolsOf, ofGkePool),
  [ADDON]: ofAddon,
};

/** On OKE the add-on advertises GPUs, or the operator does; the pool itself says nothing about it. */
const advertised = (member: Member, { devicePlugin }: Operator, stack: readonly Member[]): readonly Finding[] =>
  devicePlugin || !isGpuPoolOfOke(member) || stack.some(isPlugin)
    ? []
    : [noPlugin("", `install the add-on ${PLUGIN}, or enable the operator's device plugin`)];

const isGpuPoolOfOke = (member: Member): boolean =>
  (member.type === NODE_POOL && isGpuNodePool(member.props) === true) ||
  (member.type === CLUSTER_NETWORK && isGpuClusterNetwork(member.props, member.template) === true);

const isPlugin = (member: Member): boolean => member.type === ADDON && one(member.props, "addonName") === PLUGIN;

const labelOf = (props: Value, key: string): Value => {
  const labels = one(props, "nodeConfig.labels");
  return typeof labels === "object" && labels !== null ? (labels as Readonly<Record<string, Value>>)[key] : undefined;
};

const twoDrivers = (path: string, fix: string): Finding => ({ path, problem: "two owners of the GPU driver", fix });
const twoPlugins = (path: string, fix: string): Finding => ({ path, problem: "two owners of nvidia.com/gpu", fix });
const noDriver = (path: string, fix: string): Finding => ({ path, problem: "nobody installs the GPU driver", fix });

const noPlugin = (path: string, fix: string): Finding => ({ path, problem: "nobody advertises nvidia.com/gpu", fix });

/**
 * Compares each pool of a stack with the GPU Operator of the same stack. Without one there is nothing to compare with.
 *
 * @returns findings by their resource
 */
export function ownership(stack: readonly Member[]): ReadonlyMap<Member, readonly Finding[]> {
  const policies = stack.filter(({ type }) => type === CLUSTER_POLICY);
  const unknown = policies.map((policy) => [policy, unseen(policy, stack)] as const);
  if (unknown.some(([, findings]) => findings.length > 0)) return new Map(unknown);
  // Two clusters in one program may be told different things; which is whose cannot be seen here.
  const operators = new Set(policies.map(({ props }) => JSON.stringify(operatorOf(props))));
  const [only] = operators;
  if (only === undefined || operators.size > 1) return new Map();
  const operator = JSON.parse(only) as Operator;
  return new Map(
    stack.flatMap((member) => {
      const agreement = forType(AGREEMENTS, member.type);
      const findings = [...(agreement?.(member.props, operator) ?? []), ...advertised(member, operator, stack)];
      return findings.length > 0 ? [[member, findings] as const] : [];
    }),
  );
}

/** What a `ClusterPolicy` leaves out is on. */
const operatorOf = (props: Value): Operator => ({
  driver: !isFalse(one(props, DRIVER)),
  devicePlugin: !isFalse(one(props, DEVICE_PLUGIN)),
});

const DRIVER = "spec.driver.enabled";
const DEVICE_PLUGIN = "spec.devicePlugin.enabled";

/** An operator whose part is not known before `up` cannot be compared with the pools. */
function unseen({ props }: Member, stack: readonly Member[]): readonly Finding[] {
  if (!stack.some(({ type }) => forType(AGREEMENTS, type) !== undefined)) return [];
  return [DRIVER, DEVICE_PLUGIN]
    .filter((path) => one(props, path) === UNKNOWN)
    .map((path) => ({
      path,
      problem: "what the operator owns is not known before `up`",
      fix: "say it in the program",
    }));
}
