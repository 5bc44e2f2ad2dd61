import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { readiness, waitFor } from "@cairn/sdk/kube";
import { parse } from "yaml";
import { testCluster, type TestCluster } from "../support";
import { Cloud, type Outcome } from "../clouds/cloud";
import { type CloudCase, CLOUDS } from "../clouds/clouds";

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly { readonly user: object }[];
}

/** Address and authority of a control plane, as a cloud would tell them, and the certificate of its administrator. */
function endpointOf({ kubeconfig }: TestCluster) {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  assert.ok(cluster && user);
  const { server, "certificate-authority-data": authority } = cluster;
  return { server, host: server.replace("https://", ""), authority, administrator: user };
}

/** A token of a service account that may do everything, as the maker of a cluster may. */
async function administrator({ kube }: TestCluster, namespace: string): Promise<string> {
  const metadata = { name: "maker", namespace };
  await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await kube.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
  await kube.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: `maker-${namespace}` },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", ...metadata }],
  });
  const annotations = { "kubernetes.io/service-account.name": "maker" };
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { ...metadata, annotations } };
  await kube.create({ ...secret, type: "kubernetes.io/service-account-token" });
  for (;;) {
    const found = await kube.get({ apiVersion: "v1", kind: "Secret", ...metadata });
    const data = found?.["data"] as Readonly<Record<string, string>> | undefined;
    if (data?.["token"] !== undefined) return Buffer.from(data["token"], "base64").toString();
    await sleep(50);
  }
}

/**
 * Prints a token to whoever asks for it in exactly these words, as the vendor's program does: in the version of the protocol that it is asked
 * in, or always in the older one.
 */
function tokenCommand(words: string, token: string, { version }: { readonly version: "asked" | "v1beta1" }): string {
  const credential = {
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/'$version'",
    spec: { interactive: false },
    status: { token, expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() },
  };
  const asked = `case "$KUBERNETES_EXEC_INFO" in *'k8s.io/v1"'*) version=v1 ;; esac`;
  return [
    "version=v1beta1",
    ...(version === "asked" ? [asked] : []),
    `case "$*" in ${words}) echo '${JSON.stringify(credential)}' ;; *) echo "asked: $*" >&2; exit 2 ;; esac`,
  ].join("\n");
}

/** Kinds of GKE's own that say which networks pods may use. A new cluster has them. */
const NETWORK_KINDS = ["Network", "GKENetworkParamSet"].map((kind) => {
  const [group, plural] = ["networking.gke.io", `${kind.toLowerCase()}s`];
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Cluster",
      names: { kind, plural },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
});

const definitionOf = ({ apiVersion, kind, metadata: { name } }: (typeof NETWORK_KINDS)[number]) => ({
  apiVersion,
  kind,
  name,
});

async function serveNetworkKinds({ kube }: TestCluster): Promise<void> {
  for (const definition of NETWORK_KINDS) await kube.create(definition);
  for (const definition of NETWORK_KINDS)
    await waitFor(kube, definitionOf(definition), (found) => found !== undefined && readiness(found).ready);
}

const caseOf = (program: string): CloudCase & { readonly settings: object } => {
  const found = CLOUDS.find((one) => one.program === program);
  const settings = found?.clusters["train"]?.settings;
  assert.ok(found && settings);
  return { ...found, settings };
};

describe("kubeconfigs of the targets, at a real control plane", function () {
  this.timeout(180_000);
  const searchPath = process.env["PATH"] ?? "";
  const authorities = getCACertificates();
  let cluster: TestCluster;
  before(async () => (cluster = await testCluster()));
  afterEach(() => {
    process.env["PATH"] = searchPath;
    setDefaultCACertificates(authorities);
  });

  const storageClass = (name: string) => ({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name });
  const factsIn = (namespace: string) => ({ apiVersion: "v1", kind: "ConfigMap", name: "facts", namespace });

  /** What the program itself makes inside. */
  async function assertFacts(namespace: string): Promise<void> {
    assert.deepEqual((await cluster.kube.get(factsIn(namespace)))?.["data"], { made: "by the program" });
  }

  async function up(cloud: Cloud, settings: object): Promise<Outcome> {
    // The built-in Kubernetes provider runs here.
    process.env["PATH"] = cloud.env["PATH"];
    const outcome = await cloud.run("up", { train: { ...settings, protect: false } });
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.equal(outcome.outputs["kubeconfig"], "[secret]");
    assert.doesNotMatch(cloud.stateText, /current-context|ExecCredential|client.authentication/);
    return outcome;
  }

  /** What the program made inside goes with it; what the target made goes with the cluster, which here outlives it. */
  async function destroy(cloud: Cloud, namespace: string): Promise<void> {
    const destroyed = await cloud.run("destroy", {});
    assert.equal(destroyed.ok, true, destroyed.errors.join("\n"));
    assert.equal(await cluster.kube.get(factsIn(namespace)), undefined);
  }

  it("eks: gets in by `aws eks get-token`, and what the program makes inside arrives and goes", async () => {
    const eks = caseOf("eks");
    const cloud = await Cloud.open("eks", eks.packages);
    const token = await administrator(cluster, "wiring-eks");
    const { server, authority } = endpointOf(cluster);
    cloud.answers = { endpoint: server, certificateAuthority: { data: authority } };
    const words = '"eks get-token --cluster-name test-train --region us-west-2 --output json"';
    cloud.standIn("aws", tokenCommand(words, token, { version: "asked" }));
    cloud.config["namespace"] = "wiring-eks";
    await up(cloud, eks.settings);
    await assertFacts("wiring-eks");
    assert.ok(!cloud.stateText.includes(token));
    await destroy(cloud, "wiring-eks");
  });

  it("gke: gets in by `gke-gcloud-auth-plugin` where everybody knows the authority, and the pods' networks arrive", async () => {
    const gke = caseOf("gke");
    const cloud = await Cloud.open("gke", ["gcp"]);
    const token = await administrator(cluster, "wiring-gke");
    await serveNetworkKinds(cluster);
    const { host, authority } = endpointOf(cluster);
    cloud.answers = { endpoint: host };
    // As is Google's front end's; the cluster's own would not fit.
    setDefaultCACertificates([...authorities, Buffer.from(authority, "base64").toString()]);
    const words = '"--use_application_default_credentials"';
    cloud.standIn("gke-gcloud-auth-plugin", tokenCommand(words, token, { version: "v1beta1" }));
    cloud.config["namespace"] = "wiring-gke";
    await up(cloud, gke.settings);
    await assertFacts("wiring-gke");
    const network = { apiVersion: "networking.gke.io/v1", name: "gpu-nic-7" };
    for (const kind of ["Network", "GKENetworkParamSet"]) assert.ok(await cluster.kube.get({ ...network, kind }), kind);
    const balanced = storageClass("cairn-balanced");
    assert.equal((await cluster.kube.get(balanced))?.["provisioner"], "pd.csi.storage.gke.io");
    assert.ok(!cloud.stateText.includes(token));
    await destroy(cloud, "wiring-gke");
    await cluster.kube.delete(balanced);
    for (const definition of NETWORK_KINDS) await cluster.kube.delete(definitionOf(definition));
  });

  it("aks: gets in by `kubelogin`, and then by the local administrator's certificate", async () => {
    const aks = caseOf("aks");
    const cloud = await Cloud.open("aks", ["azure-native"]);
    const token = await administrator(cluster, "wiring-aks");
    cloud.answers = endpointOf(cluster);
    const server = "6dae42f8-4368-4678-94ff-3960e28e3630";
    const tenant = "11111111-1111-1111-1111-111111111111";
    const words = `"get-token --login azurecli --server-id ${server} --tenant-id ${tenant}"`;
    cloud.standIn("kubelogin", tokenCommand(words, token, { version: "asked" }));
    cloud.config["namespace"] = "wiring-aks";
    await up(cloud, aks.settings);
    await assertFacts("wiring-aks");
    const premium = storageClass("cairn-premium");
    assert.equal((await cluster.kube.get(premium))?.["provisioner"], "disk.csi.azure.com");
    assert.ok(!cloud.stateText.includes(token));

    cloud.standIn("kubelogin", "exit 2");
    const byCertificate = { ...aks.settings, access: { login: "certificate" } };
    const { steps } = await up(cloud, byCertificate);
    assert.deepEqual(steps, ["update train"], "what is inside stays");
    await destroy(cloud, "wiring-aks");
    await cluster.kube.delete(premium);
  });

  it("oke: gets in by `oci ce cluster generate-token`, and the target's own objects arrive", async () => {
    const oke = caseOf("oke");
    const cloud = await Cloud.open("oke", ["oci"]);
    const token = await administrator(cluster, "wiring-oke");
    const { host, authority } = endpointOf(cluster);
    cloud.answers = { endpoint: host, authority };
    const words = '"ce cluster generate-token --cluster-id ocid1.cluster.oc1.iad.train-c10d"*" --region us-ashburn-1"';
    cloud.standIn("oci", tokenCommand(words, token, { version: "v1beta1" }));
    await up(cloud, oke.settings);
    const blockVolume = storageClass("cairn-block-volume");
    assert.equal((await cluster.kube.get(blockVolume))?.["provisioner"], "blockvolume.csi.oraclecloud.com");
    // It would go with the cluster, which here outlives it.
    await cluster.kube.delete(blockVolume);
  });
});
