import type * as pulumi from "@pulumi/pulumi";
import { child, type Transform } from "../cloud/child";
import { ClusterObject, type Manifest } from "../cloud/object";
import { type GkeTransforms } from "./args";
import { type ClusterKey } from "./identities";
import { type FabricInterface } from "./network";

/** What the target's own Kubernetes objects are made with. */
export interface ObjectContext {
  readonly name: string;
  readonly opts: pulumi.CustomResourceOptions;
  readonly transform: GkeTransforms;
}

function object({ name, opts }: ObjectContext, manifest: Manifest, transform?: Transform<Manifest>): ClusterObject {
  return child(ClusterObject, name, manifest, opts, transform);
}

/**
 * What pods know the further networks by. They have to be there before a node pool that attaches the networks, and to stay until it is gone.
 *
 * Source: cluster-toolkit 1.95.0 `modules/scheduler/gke-cluster`, 2026-06-25.
 */
export function networkObjects(context: ObjectContext, fabric: readonly FabricInterface[]): readonly ClusterObject[] {
  return fabric.flatMap(({ plan, network, subnetwork }) => {
    const metadata = { name: plan.name };
    const parameters = object(
      context,
      {
        apiVersion: "networking.gke.io/v1",
        kind: "GKENetworkParamSet",
        metadata,
        spec: { vpc: network.name, vpcSubnet: subnetwork.name, deviceMode: plan.deviceMode },
      },
      context.transform.networkParamSet,
    );
    const opts = { ...context.opts, dependsOn: [parameters] };
    const itself = object(
      { ...context, opts },
      {
        apiVersion: "networking.gke.io/v1",
        kind: "Network",
        metadata,
        spec: {
          type: "Device",
          parametersRef: { group: "networking.gke.io", kind: "GKENetworkParamSet", name: plan.name },
        },
      },
      context.transform.networkObject,
    );
    return [parameters, itself];
  });
}

/** Class of volumes for pods on the system pool and on GPU machines that take Persistent Disks; the cluster's default. */
const BALANCED = { name: "cairn-balanced", type: "pd-balanced", isDefault: true } as const;
/** For pods on GPU machines that take Hyperdisk only. The system pool's machines do not. */
const HYPERDISK = { name: "cairn-hyperdisk", type: "hyperdisk-balanced", isDefault: false } as const;

/** Classes of volumes that the cluster's key encrypts. Of several default classes the newest counts, so GKE's own yields. */
export function storageClasses(
  context: ObjectContext,
  key: ClusterKey,
  { persistentDisk }: { readonly persistentDisk: boolean },
): readonly ClusterObject[] {
  const classes = persistentDisk ? [BALANCED] : [BALANCED, HYPERDISK];
  return classes.map(({ name, type, isDefault }) =>
    object(
      context,
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } },
        provisioner: "pd.csi.storage.gke.io",
        parameters: { type, "disk-encryption-kms-key": key.id },
        reclaimPolicy: "Delete",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
      },
      context.transform.storageClass,
    ),
  );
}

/** Gives people and groups the role `cluster-admin`. GKE knows a service account by its e-mail address too. */
export function adminBinding(context: ObjectContext, admins: readonly string[]): readonly ClusterObject[] {
  if (admins.length === 0) return [];
  const apiGroup = "rbac.authorization.k8s.io";
  const subjects = admins.map((admin) => {
    const [kind = "", ...rest] = admin.split(":");
    return { kind: kind === "group" ? "Group" : "User", name: rest.join(":"), apiGroup };
  });
  return [
    object(
      context,
      {
        apiVersion: `${apiGroup}/v1`,
        kind: "ClusterRoleBinding",
        metadata: { name: "cairn-admins" },
        roleRef: { apiGroup, kind: "ClusterRole", name: "cluster-admin" },
        subjects,
      },
      context.transform.adminBinding,
    ),
  ];
}
