import assert from "node:assert/strict";
import { capacityReservation, clusterNetwork, computeCluster, gpuMemoryCluster, hostGroup, nodePool, oke } from ".";
import {
  findingsOf,
  GB200,
  gpus,
  H100,
  L40S,
  ocid,
  refuses,
  TENANCY,
  untyped,
  untypedGpus,
  type Wrong,
} from "./plan-fixture.test";

const WRONG: readonly Wrong[] = [
  ["no region", { ...H100, region: "ashburn" }, "region", /"ashburn" is no region.*us-ashburn-1/],
  ["a name for a compartment", { ...H100, compartmentId: "ml" }, "compartmentId", /no OCID.*ocid1\.compartment/],
  ["an unknown accelerator", untypedGpus({ accelerator: "h1000" }), "gpus.accelerator", /none of a100, h100/],
  ["an inherited property", untypedGpus({ accelerator: "toString" }), "gpus.accelerator", /none of a100, h100/],
  ["an unknown shape", untypedGpus({ shape: "BM.GPU.H100.9" }), "gpus.shape", /none of BM\.GPU4\.8/],
  [
    "shape and accelerator disagree",
    gpus({ shape: "BM.GPU.H200.8" }),
    "gpus.shape",
    /BM\.GPU\.H200\.8 has h200, not h100.*BM\.GPU\.H100\.8, or accelerator h200/,
  ],
  ["no nodes", gpus({ nodes: 0 }), "gpus.nodes", /whole number from 1 to 2000, not 0/],
  ["half a node", gpus({ nodes: 2.5 }), "gpus.nodes", /whole number/],
  ["a bare domain number", gpus({ availabilityDomain: "AD-1" }), "gpus.availabilityDomain", /Uocm:.*oci iam/],
  [
    "a domain of another region",
    gpus({ availabilityDomain: "Uocm:PHX-AD-1" }),
    "gpus.availabilityDomain",
    /not in us-ashburn-1.*US-ASHBURN/,
  ],
  ["an image by name", gpus({ image: "Oracle-Linux-8" }), "gpus.image", /no OCID.*ocid1\.image/],
  [
    "an image of another region",
    gpus({ image: ocid("image", "phx") }),
    "gpus.image",
    /in us-phoenix-1, the cluster in us-ashburn-1/,
  ],
  [
    "an image of Chicago",
    gpus({ image: ocid("image", "ord") }),
    "gpus.image",
    /in us-chicago-1, the cluster in us-ash/,
  ],
  [
    "an image of a region by its code",
    gpus({ image: ocid("image", "nrt") }),
    "gpus.image",
    /in nrt, the cluster in us-a/,
  ],
  [
    "Grace in a compute cluster",
    { ...GB200, gpus: { ...GB200.gpus, pool: computeCluster() } },
    "gpus.pool",
    /BM\.GPU\.GB200\.4 comes as gpu-memory-cluster, not as compute-cluster/,
  ],
  [
    "a memory cluster of x86 machines",
    gpus({ pool: gpuMemoryCluster() }),
    "gpus.pool",
    /comes as compute-cluster, cluster-network/,
  ],
  ["a fabric without adapters", { ...L40S, gpus: { ...L40S.gpus, pool: clusterNetwork() } }, "gpus.pool", /node-pool/],
  ["RDMA shapes without RDMA", gpus({ pool: nodePool() }), "gpus.pool", /not as node-pool/],
  ["no tenancy for machines that join", gpus({ pool: clusterNetwork() }), "tenancyId", /is missing.*dynamic group/],
  [
    "more nodes than an NVLink domain has",
    { ...GB200, gpus: { ...GB200.gpus, nodes: 19 } },
    "gpus.nodes",
    /has 18 nodes, not 19.*name more fabrics/,
  ],
  [
    "unequal shares",
    {
      ...GB200,
      gpus: {
        ...GB200.gpus,
        nodes: 19,
        pool: gpuMemoryCluster({ fabrics: [ocid("computegpumemoryfabric"), `${ocid("computegpumemoryfabric")}b`] }),
      },
    },
    "gpus.nodes",
    /no equal share for 2 fabrics/,
  ],
  [
    "a fabric twice",
    {
      ...GB200,
      gpus: {
        ...GB200.gpus,
        pool: gpuMemoryCluster({ fabrics: [ocid("computegpumemoryfabric"), ocid("computegpumemoryfabric")] }),
      },
    },
    "gpus.pool.fabrics[1]",
    /listed twice/,
  ],
  [
    "a reservation of another region",
    gpus({ capacity: capacityReservation(ocid("capacityreservation", "eu-frankfurt-1")) }),
    "gpus.capacity.id",
    /in eu-frankfurt-1/,
  ],
  [
    "a reservation by another thing's OCID",
    gpus({ capacity: capacityReservation(ocid("instancepool")) }),
    "gpus.capacity.id",
    /ocid1\.capacityreservation/,
  ],
  [
    "a reservation for a memory cluster",
    { ...GB200, gpus: { ...GB200.gpus, capacity: capacityReservation(ocid("capacityreservation")) } },
    "gpus.capacity",
    /takes no reservation.*gpuMemoryCluster/,
  ],
  [
    "a host group for a cluster network",
    {
      ...gpus({ pool: clusterNetwork(), capacity: hostGroup(ocid("computehostgroup")) }),
      tenancyId: TENANCY,
    },
    "gpus.capacity",
    /takes no host-group.*managed pools/,
  ],
  ["an unknown minor", { ...H100, kubernetesVersion: "1.99" }, "kubernetesVersion", /no version.*1\.36/],
  ["a version that is over", { ...H100, kubernetesVersion: "1.33" }, "kubernetesVersion", /no new cluster.*1\.36/],
  ["a v in front", { ...H100, kubernetesVersion: "v1.36.1" }, "kubernetesVersion", /v in front.*write 1\.36\.1/],
  [
    "a version under the shape's floor",
    { ...GB200, kubernetesVersion: "1.33" },
    "kubernetesVersion",
    /BM\.GPU\.GB200\.4 needs Kubernetes 1\.34/,
  ],
  [
    "nodes ahead of the control plane",
    { ...gpus({ kubernetesVersion: "1.36" }), kubernetesVersion: "1.35" },
    "gpus.kubernetesVersion",
    /ahead of the control plane, 1\.35/,
  ],
  [
    "nodes a patch release ahead of the control plane",
    { ...gpus({ kubernetesVersion: "1.36.9" }), kubernetesVersion: "1.36.1" },
    "gpus.kubernetesVersion",
    /nodes of 1\.36\.9 would be ahead of the control plane, 1\.36\.1.*leave it out/,
  ],
  [
    "a minor whose newest patch release is ahead of the control plane",
    { ...gpus({ kubernetesVersion: "1.36" }), kubernetesVersion: "1.36.0" },
    "gpus.kubernetesVersion",
    /nodes of 1\.36\.1 would be ahead/,
  ],
  [
    "nodes under the shape's floor",
    { ...GB200, gpus: { ...GB200.gpus, kubernetesVersion: "1.33" } },
    "gpus.kubernetesVersion",
    /BM\.GPU\.GB200\.4 needs Kubernetes 1\.34 or newer, not 1\.33/,
  ],
  ["nodes too far behind", gpus({ kubernetesVersion: "1.32" }), "gpus.kubernetesVersion", /lag by 3 minors, not by 4/],
  ["Oracle Linux on RDMA", { ...H100, os: "ol" }, "os", /no Oracle Linux image for RDMA.*ubuntu/],
  ["an unknown system", untyped({ os: "cos" }), "os", /none of ubuntu, ol/],
  ["an unknown owner", untyped({ gpuStack: "both" }), "gpuStack", /none of oci-managed, operator-managed/],
  [
    "two owners of the device plugin",
    gpus({ labels: { "oci.oraclecloud.com/disable-gpu-device-plugin": "true" } }),
    "gpus.labels.oci.oraclecloud.com/disable-gpu-device-plugin",
    /gpuStack decides/,
  ],
  ["the pool's own label", gpus({ labels: { "cairn.dev/pool": "x" } }), "gpus.labels.cairn.dev/pool", /cannot be set/],
  ["no label", gpus({ labels: { "a b": "c" } }), "gpus.labels.a b", /no label of Kubernetes/],
  [
    "OKE's taint again",
    gpus({ taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }] }),
    "gpus.taints[0]",
    /is there already.*OKE sets/,
  ],
  [
    "a taint twice",
    gpus({ taints: [1, 2].map(() => ({ key: "team", value: "a", effect: "NoSchedule" as const })) }),
    "gpus.taints[1]",
    /team:NoSchedule is there already → leave one out/,
  ],
  ["more pods than OKE takes", gpus({ maxPods: 256 }), "gpus.maxPods", /from 1 to 110/],
  ["a tiny boot volume", gpus({ bootVolumeGb: 20 }), "gpus.bootVolumeGb", /from 50/],
  [
    "cycling what OKE does not manage",
    { ...GB200, gpus: { ...GB200.gpus, upgrade: "cycle" } },
    "gpus.upgrade",
    /cycles managed nodes only/,
  ],
  ["an image for another processor", { ...GB200, system: {} }, "system.image", /is amd64, .*for arm64.*same family/],
  [
    "a fixed shape for the system",
    { ...H100, system: { shape: "VM.Standard2.4" } },
    "system.shape",
    /no flexible shape/,
  ],
  ["too much memory a core", { ...H100, system: { memoryGb: 1024 } }, "system.memoryGb", /from 4 to 256 for 4 cores/],
  ["no system nodes", { ...H100, system: { nodes: 0 } }, "system.nodes", /from 1/],
  ["no compartment", untyped({ compartmentId: undefined }), "compartmentId", /is missing.*ocid1\.compartment/],
  ["no GPUs", untyped({ gpus: undefined }), "gpus", /is missing.*accelerator, nodes, availabilityDomain, image/],
  ["an accelerator for GPUs", untyped({ gpus: "h100" }), "gpus", /is "h100", not an object/],
  ["a number for a version", untyped({ kubernetesVersion: 1.36 }), "kubernetesVersion", /is 1\.36, not a text/],
  ["a block for a list of blocks", untyped({ access: { from: "10.0.0.0/8" } }), "access.from", /not a list/],
  ["half a taint", untypedGpus({ taints: [{ key: "team" }] }), "gpus.taints[0].effect", /is missing/],
  ["a number for a label", untypedGpus({ labels: { team: 7 } }), 'gpus.labels["team"]', /is 7, not a text/],
  [
    "a workload without rights",
    untyped({ workloads: [{ namespace: "ml", serviceAccount: "loader" }] }),
    "workloads[0].allow",
    /is missing/,
  ],
  ["no image", untypedGpus({ image: undefined }), "gpus.image", /is missing.*imported/],
  [
    "spot machines",
    untypedGpus({ capacity: { kind: "spot" } }),
    "gpus.capacity.kind",
    /"spot" is none of reservation, host-group/,
  ],
  [
    "a reservation without a name",
    untypedGpus({ capacity: { kind: "reservation" } }),
    "gpus.capacity.id",
    /is missing/,
  ],
  ["a key in the place of settings", untyped({ encryption: ocid("key") }), "encryption", /not an object/],
  ["a key by name", { ...H100, encryption: { key: "ours" } }, "encryption.key", /no OCID.*ocid1\.key/],
  ["a user for a group", { ...H100, access: { admins: [ocid("user", "")] } }, "access.admins[0]", /ocid1\.group/],
  ["a key of another region", { ...H100, encryption: { key: ocid("key", "phx") } }, "encryption.key", /us-phoenix-1/],
  [
    "a compartment without a key",
    { ...H100, encryption: { keyCompartmentId: ocid("compartment", "") } },
    "encryption.keyCompartmentId",
    /encryption\.key names none/,
  ],
  ["a policy that lets nothing run", { ...H100, imagePolicy: { keys: [] } }, "imagePolicy.keys", /no image could run/],
  ["logs for a week", { ...H100, logDays: 7 }, "logDays", /multiple of 30/],
  [
    "everything for a workload",
    { ...H100, workloads: [{ namespace: "ml", serviceAccount: "loader", allow: ["manage all-resources"] }] },
    "workloads[0].allow[0]",
    /everything in the compartment/,
  ],
  [
    "a statement in a name",
    { ...H100, workloads: [{ namespace: "ml' or 'a", serviceAccount: "loader", allow: ["read objects"] }] },
    "workloads[0].namespace",
    /no namespace/,
  ],
  [
    "a workload twice",
    {
      ...H100,
      workloads: ["read objects", "read buckets"].map((each) => ({
        namespace: "ml",
        serviceAccount: "loader",
        allow: [each],
      })),
    },
    "workloads[1]",
    /listed twice/,
  ],
  ["replacing what is not guarded", untyped({ allowReplace: ["pods"] }), "allowReplace[0]", /none of cluster, gpus/],
];

describe("oke() refuses", () => {
  refuses(WRONG);

  it("everything that is wrong at once, before anything is registered", () => {
    const args = { ...gpus({ nodes: 0, image: "x" }), region: "nowhere", logDays: 1 };
    assert.deepEqual(
      findingsOf(args).map(({ path }) => path),
      ["region", "gpus.nodes", "gpus.image", "logDays"],
    );
    assert.throws(() => oke(args), /oke\(\) cannot make this cluster/);
  });

  it("nothing twice", () => {
    assert.deepEqual(
      findingsOf(untyped({ gpus: undefined })).map(({ path }) => path),
      ["gpus"],
    );
    const [version, ...more] = findingsOf({ ...GB200, kubernetesVersion: "1.33" }).filter(({ text }) =>
      /1\.34 or/.test(text),
    );
    assert.equal(version?.path, "kubernetesVersion");
    assert.deepEqual(more, []);
  });
});
