import * as pulumi from "@pulumi/pulumi";
import { CairnError } from "../errors";
import { connect } from "../kube";

/** What makes a cluster this one and no other: the UID of its `kube-system` namespace. Unknown in a preview that cannot reach it. */
export function identityOf(kubeconfig: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.unsecret(kubeconfig.apply(uidOf));
}

async function uidOf(kubeconfig: string): Promise<string> {
  const kube = connect(kubeconfig, { timeout: 15 });
  try {
    const namespace = await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    const uid = namespace?.metadata["uid"];
    if (typeof uid === "string") return uid;
    throw new CairnError("CLUSTER_UNREACHABLE", `${kube.server} has no namespace kube-system`);
  } catch (error) {
    // A preview may run where the cluster cannot be reached.
    if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as string;
    throw error;
  } finally {
    await kube.close();
  }
}
