import { type Resolution } from ".";
import { type Files, mixin, overlay, resolveFrom } from "./support.test";

/** `name namespace version < what it waits for`; a component without a version is manifests only. */
const LAYERS: readonly (readonly [kind: "overlay" | "mixin", name: string, spec: string, components: string])[] = [
  [
    "overlay",
    "base",
    "mixins: [os-ubuntu, platform-trainer]\n  constraints: [{ name: K8s.server.version, value: '>= 1.34' }]",
    `image-admission kube-system
     certificates cert-manager v1.20.2 < image-admission
     node-features node-features 0.19.0 < image-admission`,
  ],
  [
    "overlay",
    "monitoring",
    "base: base\n  criteria: { intent: any }",
    `metrics-crds monitoring 28.0.1 < image-admission
     metrics-stack monitoring 84.4.0 < metrics-crds
     metrics-adapter monitoring 5.3.0 < metrics-stack
     ephemeral-storage-metrics monitoring 1.19.4 < metrics-crds image-admission`,
  ],
  [
    "overlay",
    "gpu-stack",
    "base: base",
    `gpu-operator gpu-operator v26.3.1 < node-features certificates metrics-crds node-tuning
     network-operator network-operator 26.1.0 < node-features certificates
     dra-driver dra-driver 25.12.0 < gpu-operator image-admission
     health-sentinel health-sentinel v1.9.0 < gpu-operator metrics-stack certificates
     gang-scheduler gang-scheduler v0.14.2 < gpu-operator metrics-crds`,
  ],
  [
    "overlay",
    "eks",
    "base: gpu-stack\n  criteria: { service: eks }",
    `block-storage kube-system 2.60.1 < image-admission
     elastic-fabric kube-system 0.5.26 < gpu-operator`,
  ],
  [
    "overlay",
    "h100-eks-training",
    "base: eks\n  criteria: { service: eks, accelerator: h100, intent: training }\n  validation:\n    deployment: { timeout: 15m, checks: [expected-resources, gpu-operator-version] }\n    performance: { checks: [all-reduce-bandwidth], constraints: [{ name: all-reduce-bandwidth, value: '>= 300' }] }\n    conformance: { timeout: 10m, checks: [dra-support, gang-scheduling, secure-accelerator-access, ai-service-metrics, cluster-autoscaling] }",
    `topology topology 0.4.0 < node-features elastic-fabric
     checkpoint-cache training-storage 3.2.1 < block-storage
     dashboards monitoring 9.4.0 < metrics-stack`,
  ],
  [
    "mixin",
    "os-ubuntu",
    "constraints: [{ name: OS.release.ID, value: ubuntu }]",
    `node-tuning node-tuning 0.16.0 < certificates
     node-profile node-tuning < node-tuning`,
  ],
  [
    "mixin",
    "platform-trainer",
    "constraints: []",
    `job-queue job-queue 0.15.2 < certificates metrics-crds gpu-operator
     trainer trainer 2.2.0 < job-queue gang-scheduler certificates
     trainer-runtimes trainer < trainer checkpoint-cache elastic-fabric dra-driver`,
  ],
];

/** A made-up recipe of the size that a training cluster in a cloud has. */
export function largeResolution(): Resolution {
  const rows = LAYERS.map(([kind, name, spec, list]) => ({ kind, name, spec, refs: list.split("\n").map(entryOf) }));
  const entries = rows.flatMap(({ refs }) => refs.map(({ registered }) => registered));
  const files: Files = {
    "registry.yaml": `kind: ComponentRegistry\napiVersion: cairn.dev/v1\ncomponents:\n${entries.join("")}`,
    "components/m.yaml": "kind: ConfigMap\nmetadata: { name: m }\n",
    ...Object.assign(
      {},
      ...rows.map(({ kind, name, spec, refs }) => {
        const text = `${spec}\n  componentRefs:\n${refs.map(({ ref }) => ref).join("")}`;
        return kind === "overlay" ? overlay(name, text) : mixin(name, text);
      }),
    ),
  };
  return resolveFrom(files, { service: "eks", accelerator: "h100", intent: "training", nodes: 64 });
}

function entryOf(line: string): { readonly ref: string; readonly registered: string } {
  const [what = "", before = ""] = line.trim().split(" < ");
  const [name, namespace, version] = what.split(" ");
  const how =
    version === undefined
      ? `manifest: { defaultNamespace: ${namespace} }, manifestFiles: [components/m.yaml]`
      : `helm: { defaultRepository: "oci://registry.example/charts", defaultChart: ${name}, defaultVersion: "${version}", defaultNamespace: ${namespace} }`;
  return {
    ref: `    - { name: ${name}, dependencyRefs: [${before.trim().replaceAll(" ", ", ")}] }\n`,
    registered: `  - { name: ${name}, ${how} }\n`,
  };
}
