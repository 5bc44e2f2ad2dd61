import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { kubeconfigOf } from "../cloud/kubeconfig";
import { type ClusterFacts } from "../types";
import { type EksArgs } from "./args";
import { type Scope } from "./children";
import { makeAccess, makeCluster, makeIdentities, makeNodeAddons, makePodAddons } from "./control-plane";
import { clusterRole, nodeRole } from "./identities";
import { type EksOs } from "./images";
import { type EksAccelerator } from "./instances";
import { makeKey } from "./keys";
import { existingNetwork, makeNetwork, type Network } from "./network";
import { type EksPlan, planEks } from "./plan";
import { makeGpuPool, makeSystemPool, reservedZone } from "./pools";

/**
 * A GPU cluster on EKS: network, key, control plane, system and GPU nodes, add-ons, and identities for the components of a recipe. Usable
 * alone; `eks()` makes one for {@link GpuTrainingCluster}.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every wrong setting
 * @example
 * const cluster = new EksCluster("train", { region: "us-west-2", gpus: { accelerator: "h200", nodes: 4 } });
 * export const { kubeconfig } = cluster;
 */
export class EksCluster<const A extends EksAccelerator = EksAccelerator, const OS extends EksOs = "ubuntu">
  extends pulumi.ComponentResource
{
  /** What recipes are resolved and rendered from. */
  readonly facts: ClusterFacts;
  /** Secret. It calls `aws eks get-token`: EKS has no credentials that last, so the AWS CLI has to be where it is used. */
  readonly kubeconfig: pulumi.Output<string>;
  /** In EKS. */
  readonly clusterName: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
  readonly gpuSubnetId: pulumi.Output<string>;
  /** What a stack waits for: nodes, add-ons, identities and administrators. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EksArgs<A, OS>, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: EksArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planEks(args);
    super("cairn:cluster:EksCluster", name, { facts: plan.facts }, opts);
    const scope = scopeOf(this, name, args, plan);
    const reserved = reservedZone(scope);
    const network = networkOf(scope, reserved);
    const controlPlane = clusterRole(scope);
    const key = args.encryption?.key ?? makeKey(scope, controlPlane.role);
    const cluster = makeCluster(scope, network, controlPlane, key);
    const access = makeAccess(scope, cluster);
    const addons = makeNodeAddons(scope, cluster);
    const pool = { cluster, network, role: nodeRole(scope), key, after: addons };
    const system = makeSystemPool(scope, pool);
    const pods = makePodAddons(scope, cluster, [system]);
    const gpus = makeGpuPool(scope, pool);
    const identities = makeIdentities(scope, cluster);
    this.facts = plan.facts;
    this.ready = [system, gpus, ...addons, ...pods, ...identities, ...access];
    this.clusterName = cluster.name;
    this.vpcId = pulumi.output(network.vpcId);
    this.gpuSubnetId = pulumi.output(network.gpuSubnetId);
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data])
        .apply(([clusterName, server, certificateAuthority]) =>
          kubeconfigOf({ name: clusterName, server, certificateAuthority, user: user(clusterName, plan.region) }),
        ),
    );
    const { kubeconfig, clusterName, vpcId, gpuSubnetId } = this;
    // With the zone of the reservation, so that one that does not fit is refused whoever decided the zone.
    this.registerOutputs({ kubeconfig, clusterName, vpcId, gpuSubnetId, ...(reserved && { reservedZone: reserved }) });
  }
}

function scopeOf(parent: pulumi.Resource, name: string, args: EksArgs, plan: EksPlan): Scope {
  const provider = args.provider ?? new Provider(`${name}-aws`, { region: plan.region }, { parent });
  const clusterName = args.clusterName ?? nameInEks(`${pulumi.getStack()}-${name}`);
  return {
    name,
    clusterName,
    plan,
    tags: { ...args.tags, "cairn.dev/cluster": clusterName },
    transform: args.transform ?? {},
    options: { parent, provider },
  };
}

/** What EKS takes for a name. */
function nameInEks(text: string): string {
  return text
    .replaceAll(/[^0-9A-Za-z_-]/g, "-")
    .replace(/^[-_]+/, "")
    .slice(0, 100);
}

function networkOf(scope: Scope, reservedZone: pulumi.Output<string> | undefined): Network {
  const { network } = scope.plan;
  return network.kind === "existing" ? existingNetwork(network.given) : makeNetwork(scope, network, reservedZone);
}

function user(clusterName: string, region: string) {
  return {
    exec: {
      command: "aws",
      args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
      installHint:
        "install the AWS CLI, version 2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    },
  };
}
