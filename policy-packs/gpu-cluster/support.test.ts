/** What the tests of this pack share; no test of its own. */
import assert from "node:assert/strict";
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type StackValidationArgs,
  unknownCheckingProxy,
} from "@pulumi/policy";
import { policies } from "./policies";

export const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const pack = policies(() => new Date("2026-11-21T12:00:00Z"));

export interface Case {
  readonly policy: string;
  readonly type: string;
  readonly props: object;
  readonly protect?: boolean;
  readonly config?: object;
}

const resourceOf = ({
  type,
  props,
  protect = false,
  name = "main",
}: Omit<Case, "policy"> & { readonly name?: string }) => ({
  type,
  name,
  urn: `urn:pulumi:dev::demo::${type}::${name}`,
  props: unknownCheckingProxy(props),
  opts: { protect },
});

/** What a policy reports when the engine previews the resource. */
export async function violations(test: Case): Promise<readonly string[]> {
  const policy = pack.find(({ name }) => name === test.policy);
  assert.ok(policy !== undefined && "validateResource" in policy && typeof policy.validateResource === "function");
  const messages: string[] = [];
  const args = { ...resourceOf(test), getConfig: () => test.config ?? {} } as unknown as ResourceValidationArgs;
  await policy.validateResource(args, (message) => messages.push(message));
  return messages;
}

export type StackCase = Omit<Case, "policy"> & {
  readonly name?: string;
  readonly template?: object;
  /** What inputs come from, by input. */
  readonly sources?: Readonly<Record<string, readonly StackCase[]>>;
};

const sourcesOf = ({ template, sources = {} }: StackCase): Readonly<Record<string, readonly StackCase[]>> => ({
  ...sources,
  ...(template !== undefined && { launchTemplate: [{ type: TEMPLATE, props: template }] }),
});

export async function stackViolations(
  policyName: string,
  resources: readonly StackCase[],
  config: object = {},
): Promise<readonly string[]> {
  const policy = pack.find(({ name }) => name === policyName);
  assert.ok(policy !== undefined && "validateStack" in policy);
  const messages: string[] = [];
  const seen = resources.map((resource) => ({
    ...resourceOf(resource),
    propertyDependencies: Object.fromEntries(
      Object.entries(sourcesOf(resource)).map(([input, list]) => [input, list.map(resourceOf)]),
    ),
  })) as unknown as PolicyResource[];
  const args = { resources: seen, getConfig: () => config } as unknown as StackValidationArgs;
  await policy.validateStack(args, (message) => messages.push(message));
  return messages;
}

export const EKS = "aws:eks/cluster:Cluster";
export const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
export const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
export const GKE = "gcp:container/cluster:Cluster";
export const GKE_POOL = "gcp:container/nodePool:NodePool";
export const AKS = "azure-native:containerservice:ManagedCluster";
export const AKS_POOL = "azure-native:containerservice:AgentPool";
export const OKE = "oci:ContainerEngine/cluster:Cluster";
export const OKE_POOL = "oci:ContainerEngine/nodePool:NodePool";
export const OKE_NETWORK = "oci:Core/clusterNetwork:ClusterNetwork";
export const INSTANCES = "oci:Core/instanceConfiguration:InstanceConfiguration";

export const gpuTaint = { taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }] };
export const h100 = { machineType: "a3-megagpu-8g", guestAccelerators: [{ type: "nvidia-h100-mega-80gb", count: 8 }] };
