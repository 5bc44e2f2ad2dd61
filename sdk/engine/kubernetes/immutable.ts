import { type JsonObject } from "../../json";
import { type PathSegment } from "../paths";
import { textOf } from "./annotations";
import { groupOf } from "./cluster";
import { type ProviderConfig } from "./config";

// The fields whose change makes a new object, from pulumi-kubernetes (provider/pkg/provider/diff.go, v4.32, 2026-07). API versions before
// v1 are left out: no server that we support (1.30 and later) serves them.

const selector = ["spec.selector"];
const volumeSources =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi local nfs " +
  "photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";
const podFields =
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname " +
  "imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates restartPolicy " +
  "runtimeClassName schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace subdomain " +
  "terminationGracePeriodSeconds volumes";
const containerFields =
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin stdinOnce " +
  "terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir";
const under = (prefix: string, names: string) => names.split(" ").map((name) => `${prefix}.${name}`);

const byKind: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": selector,
  "apps/Deployment": selector,
  "apps/StatefulSet": [
    ...selector,
    ...under("spec", "podManagementPolicy revisionHistoryLimit serviceName volumeClaimTemplates"),
  ],
  "batch/Job": [...selector, ...under("spec", "completions parallelism template")],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": under("spec", volumeSources),
  "/PersistentVolumeClaim": under("spec", "accessModes selector storageClassName volumeName"),
  "/Pod": [
    ...under("spec", podFields),
    ...under("spec.containers.*", containerFields),
    ...under("spec.initContainers.*", containerFields),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Service": ["spec.clusterIP"],
};

const identity = ["kind", "metadata.name", "metadata.namespace"];

/** Paths of an object whose change forces a replacement; `*` stands for any one segment. */
export function immutablePaths(
  object: JsonObject,
  config: Pick<ProviderConfig, "enableConfigMapMutable" | "enableSecretMutable">,
): readonly (readonly PathSegment[])[] {
  const group = groupOf(textOf(object["apiVersion"]));
  const kind = textOf(object["kind"]);
  return [...identity, ...(byKind[`${group}/${kind}`] ?? []), ...dataPaths(group, kind, object, config)].map((path) =>
    path.split("."),
  );
}

function dataPaths(
  group: string,
  kind: string,
  object: JsonObject,
  config: Pick<ProviderConfig, "enableConfigMapMutable" | "enableSecretMutable">,
): readonly string[] {
  const frozen = object["immutable"] === true;
  if (group === "" && kind === "Secret")
    return config.enableSecretMutable && !frozen ? ["type"] : ["type", "stringData", "data"];
  if (group === "" && kind === "ConfigMap")
    return config.enableConfigMapMutable && !frozen ? [] : ["binaryData", "data"];
  return [];
}
