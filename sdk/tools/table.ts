/** Programs that Cairn runs beside itself. */
export type ToolName = keyof typeof TOOLS;

/** One program: which versions fit, and how to get the one that set-up installs. */
export interface Tool {
  /** Version that set-up installs. */
  readonly version: string;
  /** Versions that fit: `from` up to, not including, `below`. */
  readonly from: string;
  readonly below: string;
  /** Arguments that make it print its version, and where the version stands in what it prints. */
  readonly versionArgs: readonly string[];
  readonly versionPattern: RegExp;
  /** Its main package, in the module `go`, whose `go.mod` and `go.sum` pin everything that it is built from. */
  readonly goPackage: string;
  /** Variables set at link time, so that it reports its true version. */
  readonly goVariables?: Readonly<Record<string, string>>;
}

const KUBERNETES_VERSION = "1.36.1";

function kubernetes(program: string): Tool {
  const [major = "", minor = ""] = KUBERNETES_VERSION.split(".");
  return {
    version: KUBERNETES_VERSION,
    from: "1.36.0",
    below: "1.37.0",
    versionArgs: ["--version"],
    versionPattern: /^Kubernetes v(\S+)/m,
    goPackage: `k8s.io/kubernetes/cmd/${program}`,
    goVariables: {
      "k8s.io/component-base/version.gitVersion": `v${KUBERNETES_VERSION}`,
      "k8s.io/component-base/version.gitMajor": major,
      "k8s.io/component-base/version.gitMinor": minor,
    },
  };
}

function kwok(program: string): Tool {
  return {
    version: "0.8.0",
    from: "0.7.0",
    below: "0.9.0",
    versionArgs: ["--version"],
    versionPattern: /version v(\S+)/,
    goPackage: `sigs.k8s.io/kwok/cmd/${program}`,
  };
}

/** In build order: what the first compiles, the others share. */
export const TOOLS = {
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  kubectl: {
    ...kubernetes("kubectl"),
    // kwokctl asks the API server through it; one minor version off is supported in both directions.
    from: "1.35.0",
    below: "1.38.0",
    versionArgs: ["version", "--client"],
    versionPattern: /^Client Version: v(\S+)/m,
  },
  etcd: {
    version: "3.6.14",
    from: "3.6.0",
    below: "3.7.0",
    versionArgs: ["--version"],
    versionPattern: /etcd Version: (\S+)/,
    goPackage: "go.etcd.io/etcd/server/v3",
  },
  helm: {
    version: "3.21.4",
    from: "3.16.0",
    below: "4.0.0",
    versionArgs: ["version", "--short"],
    versionPattern: /v(\S+)/,
    goPackage: "helm.sh/helm/v3/cmd/helm",
    goVariables: { "helm.sh/helm/v3/internal/version.version": "v3.21.4" },
  },
  kwok: kwok("kwok"),
  kwokctl: kwok("kwokctl"),
  registry: {
    version: "3.1.1",
    from: "3.0.0",
    below: "4.0.0",
    versionArgs: ["--version"],
    versionPattern: / v(\d+\.\S+)\s*$/,
    goPackage: "./registry",
    goVariables: { "github.com/distribution/distribution/v3/version.version": "v3.1.1" },
  },
  cosign: {
    version: "3.1.2",
    from: "3.1.0",
    below: "4.0.0",
    versionArgs: ["version"],
    versionPattern: /GitVersion:\s+v(\S+)/,
    goPackage: "github.com/sigstore/cosign/v3/cmd/cosign",
    goVariables: { "sigs.k8s.io/release-utils/version.gitVersion": "v3.1.2" },
  },
} as const satisfies Record<string, Tool>;

/** Every tool, in build order. */
export const TOOL_NAMES = Object.keys(TOOLS) as readonly ToolName[];

/** `etcd ≥3.6.0 <3.7.0`, for people. */
export function describeRange(name: ToolName): string {
  return `${name} ≥${TOOLS[name].from} <${TOOLS[name].below}`;
}
