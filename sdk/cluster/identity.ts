import * as pulumi from "@pulumi/pulumi";
import { CairnError } from "../errors";
import { type KubeClient } from "../kube";

/** What makes a cluster this one and no other: the UID of its `kube-system` namespace. Unknown in a preview that cannot reach it. */
export function identityOf(kubeconfig: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.unsecret(kubeconfig.apply(uidOf));
}

/** Most previews never come to ask a cluster: they need not load a client for it. */
const client = () => import("../kube/index.js");

async function uidOf(kubeconfig: string): Promise<string> {
  const { connect } = await client();
  const kube = connect(kubeconfig, { timeout: 15 });
  try {
    return await readUid(kube, Date.now() + PATIENCE);
  } catch (error) {
    // A preview may run where the cluster cannot be reached.
    if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as string;
    throw error;
  } finally {
    await kube.close();
  }
}

/** Clouds take some minutes until a right that was just given counts (Azure RBAC: up to ten). In milliseconds. */
const PATIENCE = 600_000;

async function readUid(kube: KubeClient, deadline: number): Promise<string> {
  try {
    const namespace = await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    const uid = namespace?.metadata["uid"];
    if (typeof uid === "string") return uid;
    throw new CairnError("CLUSTER_UNREACHABLE", `${kube.server} has no namespace kube-system`);
  } catch (error) {
    const { isKubeError } = await client();
    const later = !pulumi.runtime.isDryRun() && isKubeError(error, "KUBE_FORBIDDEN") && Date.now() < deadline;
    if (!later) throw error;
  }
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  return readUid(kube, deadline);
}
