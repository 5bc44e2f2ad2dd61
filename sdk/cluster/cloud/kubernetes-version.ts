import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource, providerText } from "../../dynamic-resource";
import { type ClusterFacts } from "../types";

/**
 * The Kubernetes version that a cluster was last brought to. A control plane goes from one minor version to the next and never back, on
 * every cloud, and a cloud says so only once `up` has begun to change things: this resource says it at preview. The cluster depends on it.
 *
 * Source: "Version Skew Policy", kubernetes.io, and "Upgrading kubeadm clusters" there ("skipping MINOR versions when upgrading is
 * unsupported"), 2026-10-30.
 */
export class KubernetesVersion extends DynamicResource {
  /** @param cluster - Name of the cluster's resource. */
  constructor(cluster: string, { kubernetesVersion: version }: ClusterFacts, parent: pulumi.Resource) {
    super("KubernetesVersion", provider, `${cluster}-kubernetes-version`, { version }, { parent });
  }
}

interface Version {
  readonly version: string;
}

/** What {@link KubernetesVersion} does. */
export const kubernetesVersionProvider = {
  check(olds: Partial<Version>, news: Version) {
    const reason = olds.version === undefined ? undefined : refusalOf(olds.version, news.version);
    return Promise.resolve({ inputs: news, failures: reason === undefined ? [] : [{ property: "version", reason }] });
  },
  create: (inputs: Version) => Promise.resolve({ id: "kubernetes-version", outs: inputs }),
  update: (_id: string, _olds: Version, news: Version) => Promise.resolve({ outs: news }),
};

const provider = providerText<typeof kubernetesVersionProvider>("@cairn/sdk/cluster", "kubernetesVersionProvider", {
  check: true,
  create: true,
  update: true,
});

/** Why a cluster cannot go from one version to another; `undefined` when it can. */
export function refusalOf(from: string, to: string): string | undefined {
  const [major, minor] = numbersOf(from);
  const [nextMajor, nextMinor] = numbersOf(to);
  if (major !== nextMajor) return `Kubernetes goes from ${from} to ${to} in a new cluster only`;
  if (nextMinor < minor)
    return `the cluster runs Kubernetes ${from}, and no cloud goes back to ${to}: make a new cluster beside it, or stay`;
  if (nextMinor === minor || nextMinor === minor + 1) return undefined;
  return (
    `the cluster runs Kubernetes ${from}, and a control plane goes up one minor version at a time: ` +
    `set ${major}.${minor + 1}, run cairn lock and cairn up, then go on towards ${to}`
  );
}

const numbersOf = (version: string): readonly [number, number] => {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return [major, minor];
};
