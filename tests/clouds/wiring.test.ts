import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { testCluster, type TestCluster } from "../support";
import { Cloud } from "./cloud";
import { type CloudCase, CLOUDS } from "./clouds";

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}

/** Address and authority of a control plane, as a cloud would tell them. */
function endpointOf({ kubeconfig }: TestCluster): { readonly server: string; readonly authority: string } {
  const cluster = (parse(kubeconfig) as Kubeconfig).clusters[0]?.cluster;
  assert.ok(cluster);
  return { server: cluster.server, authority: cluster["certificate-authority-data"] };
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

/** Prints a token to whoever asks for it in exactly these words. */
const tokenCommand = (words: string, token: string): string => {
  const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } };
  return `case "$*" in ${words}) echo '${JSON.stringify(credential)}' ;; *) echo "asked: $*" >&2; exit 2 ;; esac`;
};

const caseOf = (program: string): CloudCase => {
  const found = CLOUDS.find((one) => one.program === program);
  assert.ok(found);
  return found;
};

describe("kubeconfigs of the targets, at a real control plane", function () {
  this.timeout(180_000);
  const searchPath = process.env["PATH"] ?? "";
  let cluster: TestCluster;
  before(async () => (cluster = await testCluster()));
  afterEach(() => (process.env["PATH"] = searchPath));

  async function up(cloud: Cloud, { clusters }: CloudCase): Promise<void> {
    // The built-in Kubernetes provider runs here.
    process.env["PATH"] = cloud.env["PATH"];
    const outcome = await cloud.run("up", { train: { ...clusters["train"]?.settings, protect: false } });
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.equal(outcome.outputs["kubeconfig"], "[secret]");
    assert.doesNotMatch(cloud.stateText, /current-context|ExecCredential|client.authentication/);
  }

  it("eks: gets in by `aws eks get-token`, and what the program makes inside arrives and goes", async () => {
    const eks = caseOf("eks");
    const cloud = await Cloud.open("eks", eks.packages);
    const token = await administrator(cluster, "wiring-eks");
    const { server, authority } = endpointOf(cluster);
    cloud.answers = { endpoint: server, certificateAuthority: { data: authority } };
    cloud.standIn(
      "aws",
      tokenCommand('"eks get-token --cluster-name test-train --region us-west-2 --output json"', token),
    );
    cloud.config["namespace"] = "wiring-eks";
    await up(cloud, eks);
    const facts = { apiVersion: "v1", kind: "ConfigMap", name: "facts", namespace: "wiring-eks" };
    assert.deepEqual((await cluster.kube.get(facts))?.["data"], { region: "us-west-2" });
    assert.ok(!cloud.stateText.includes(token));
    const destroyed = await cloud.run("destroy", {});
    assert.equal(destroyed.ok, true, destroyed.errors.join("\n"));
    assert.equal(await cluster.kube.get(facts), undefined);
  });

  it("oke: gets in by `oci ce cluster generate-token`, and the target's own objects arrive", async () => {
    const oke = caseOf("oke");
    const cloud = await Cloud.open("oke", ["oci"]);
    const token = await administrator(cluster, "wiring-oke");
    const { server, authority } = endpointOf(cluster);
    cloud.answers = { endpoint: server.replace("https://", ""), authority };
    const words = '"ce cluster generate-token --cluster-id ocid1.cluster.oc1.iad.train-c10d"*" --region us-ashburn-1"';
    cloud.standIn("oci", tokenCommand(words, token));
    await up(cloud, oke);
    const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name: "cairn-block-volume" };
    const found = await cluster.kube.get(storageClass);
    assert.equal(found?.["provisioner"], "blockvolume.csi.oraclecloud.com");
    // It would go with the cluster, which here outlives it.
    await cluster.kube.delete(storageClass);
  });
});
