import { nearest } from "../nearest";

/** What Cairn finds on every cluster, by the path that constraints use. */
export const MEASURED = [
  "K8s.server.version",
  "K8s.server.service",
  "OS.release.ID",
  "OS.release.VERSION_ID",
  "OS.sysctl./proc/sys/kernel/osrelease",
  "GPU.hardware.model",
  "GPU.hardware.gpu-count",
  "NodeTopology.summary.node-count",
  "NodeTopology.summary.gpu-node-count",
] as const;

/** What no Kubernetes API shows, so that a target says it (`measurements` of its facts). */
const DECLARED: readonly string[] = [
  "K8s.aks-gpu-pools.gpu-driver",
  "K8s.gke-gpu-pools.gpu-driver-installation",
  "K8s.oke-addons.nvidia-gpu-plugin",
  "K8s.oke-legacy-plugin.nvidia-gpu-device-plugin",
  "NodeTopology.gpu-nodes.label",
];

/** What AICR's collectors and ours measure, by type and subtype. `undefined`: the keys are whatever a node has. */
const CATALOGUE: Readonly<Record<string, Readonly<Record<string, readonly string[] | undefined>>>> = {
  K8s: {
    server: ["version", "service", "platform", "goVersion"],
    node: [
      ...[
        "source-node",
        "provider",
        "provider-id",
        "kubelet-version",
        "kernel-version",
        "operating-system",
        "os-image",
      ],
      ...["container-runtime-id", "container-runtime-name", "container-runtime-version"],
    ],
    image: undefined,
    policy: undefined,
    "aks-gpu-pools": ["gpu-driver"],
    "gke-gpu-pools": ["gpu-driver-installation"],
    "oke-addons": ["nvidia-gpu-plugin"],
    "oke-legacy-plugin": ["nvidia-gpu-device-plugin"],
    "slinky-slurm": undefined,
    "mariadb-operator": undefined,
  },
  OS: {
    release: ["ID", "ID_LIKE", "NAME", "PRETTY_NAME", "VERSION", "VERSION_ID", "VERSION_CODENAME"],
    sysctl: undefined,
    grub: undefined,
    kmod: undefined,
  },
  GPU: { hardware: ["model", "gpu-count", "gpu-present", "driver-loaded"], smi: undefined },
  SystemD: { "containerd.service": undefined, "docker.service": undefined, "kubelet.service": undefined },
  NodeTopology: {
    summary: ["node-count", "gpu-node-count", "taint-count", "label-count"],
    "gpu-nodes": ["label"],
    taint: undefined,
    label: undefined,
  },
  NetworkTopology: {},
};

/** First parts of paths that can be measured. */
export const MEASURED_TYPES: readonly string[] = Object.keys(CATALOGUE);

/** Whether a constraint on it can hold on a cluster that no target of one's own describes. */
export const isMeasured = (path: string): boolean => [...MEASURED, ...DECLARED].includes(path);

/** What a path was most likely meant to be: `undefined` for one of the catalogue, and for one that is like none of it. */
export function meantMeasurement(path: string): string | undefined {
  const [type = "", ...rest] = path.split(".");
  const subtypes = CATALOGUE[type] ?? {};
  const [subtype, key] = splitSubtype(rest, Object.keys(subtypes));
  const meant = closest(subtype, Object.keys(subtypes));
  if (meant === undefined) return undefined;
  const keys = subtypes[meant];
  const meantKey = keys === undefined ? key : closest(key, keys);
  // A key like none of a subtype that was written right may be a target's own.
  const whole = meantKey === undefined && meant === subtype ? path : `${type}.${meant}.${meantKey ?? key}`;
  return whole === path ? undefined : whole;
}

/** Names of units hold a dot. */
function splitSubtype(rest: readonly string[], subtypes: readonly string[]): readonly [subtype: string, key: string] {
  const length = subtypes.some((subtype) => subtype.includes(".")) ? 2 : 1;
  return [rest.slice(0, length).join("."), rest.slice(length).join(".")];
}

const closest = (name: string, known: readonly string[]): string | undefined =>
  known.find((one) => one === name) ??
  known.find((one) => one.toLowerCase() === name.toLowerCase()) ??
  nearest(name, known)[0];
