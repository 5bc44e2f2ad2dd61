import assert from "node:assert/strict";
import {
  capacityReservation,
  clusterNetwork,
  computeCluster,
  existingNetwork,
  gpuMemoryCluster,
  hostGroup,
  nodePool,
  oke,
  type OkeArgs,
} from ".";
import { findingsOf, GB200, gpus, H100, L40S, ocid, TENANCY, untyped, untypedGpus } from "./plan-fixture.test";

const WRONG: readonly (readonly [what: string, args: OkeArgs, path: string, says: RegExp])[] = [
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
  ["no block", { ...H100, network: { cidr: "10.0.0.1/16" } }, "network.cidr", /no IPv4 block/],
  ["a block that OCI refuses", { ...H100, network: { cidr: "10.0.0.0/8" } }, "network.cidr", /from \/16 to \/22/],
  [
    "too few addresses for pods",
    gpus({ nodes: 600 }),
    "network.cidr",
    /leaves 32765 addresses for pods \(10\.0\.0\.0\/17\), 38679 are needed.*podsCidr/,
  ],
  [
    "too few addresses for nodes",
    { ...gpus({ nodes: 130, maxPods: 1 }), network: { cidr: "10.0.0.0/22", podsCidr: "10.1.0.0/16" } },
    "network.cidr",
    /leaves 125 addresses for nodes.*134 are needed/,
  ],
  [
    "Services in the network",
    { ...H100, network: { servicesCidr: "10.0.128.0/20" } },
    "network.servicesCidr",
    /overlaps 10\.0\.0\.0\/16/,
  ],
  ["pods in the network twice", { ...H100, network: { podsCidr: "10.0.0.0/16" } }, "network.podsCidr", /overlaps/],
  [
    "a subnet of another region",
    {
      ...H100,
      network: existingNetwork({
        vcnId: ocid("vcn"),
        cidr: "10.0.0.0/16",
        subnets: {
          controlPlane: ocid("subnet"),
          workers: ocid("subnet", "phx"),
          pods: ocid("subnet"),
          loadBalancers: ocid("subnet"),
        },
      }),
    },
    "network.subnets.workers",
    /in us-phoenix-1/,
  ],
  [
    "a public endpoint for all",
    { ...H100, access: { endpoint: "public", from: ["0.0.0.0/0"] } },
    "access.from[0]",
    /everybody/,
  ],
  ["a public endpoint for nobody", untyped({ access: { endpoint: "public" } }), "access.from", /authorised blocks/],
  [
    "a public endpoint without internet",
    { ...H100, network: { egress: "oracle-services" }, access: { endpoint: "public", from: ["203.0.113.0/24"] } },
    "access.endpoint",
    /without a way to the internet/,
  ],
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
  for (const [what, args, path, says] of WRONG)
    it(what, () => {
      const texts = findingsOf(args).flatMap((finding) => (finding.path === path ? [finding.text] : []));
      assert.ok(
        texts.some((text) => says.test(text)),
        `at ${path}: ${JSON.stringify(findingsOf(args))}`,
      );
    });

  it("everything that is wrong at once, before anything is registered", () => {
    const args = { ...gpus({ nodes: 0, image: "x" }), region: "nowhere", logDays: 1 };
    assert.deepEqual(
      findingsOf(args).map(({ path }) => path),
      ["region", "gpus.nodes", "gpus.image", "logDays"],
    );
    assert.throws(() => oke(args), /oke\(\) cannot make this cluster/);
  });
});
