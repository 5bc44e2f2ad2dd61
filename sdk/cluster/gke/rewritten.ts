import { type GkePlan } from "./plan";

/** A field that GKE fills or changes after the resource was made, so that a refresh would show a change that nobody asked for. */
interface RewrittenField {
  readonly path: string;
  readonly why: string;
  /** @default always */
  readonly when?: (plan: GkePlan) => boolean;
}

/**
 * Sources: GoogleCloudPlatform/cluster-toolkit 1.95.0, 2026-06-25; pulumi-gcp issue 88.
 *
 * Not here, because the provider's 9.37 leaves it alone: `databaseEncryption.state` (it knows the newer word for it), `resourceLabels` and
 * `nodeConfig.taints` (it looks at those of the program only).
 */
const REWRITTEN = {
  cluster: [
    { path: "initialNodeCount", why: "of the pool that is removed at once; a change would replace the cluster" },
    { path: "nodeConfig", why: "of the pool that is removed at once" },
    {
      path: "minMasterVersion",
      why: "the channel moves the version; where the program names none, neither Cairn's next default nor a refresh may",
      when: ({ version }) => !version.stated,
    },
  ],
  pool: [
    { path: "initialNodeCount", why: "read at create only; a change would replace the pool" },
    { path: "version", why: "GKE moves it within the minor", when: ({ version }) => !version.exact },
    { path: "nodeConfig.kubeletConfig", why: "comes back with defaults" },
    { path: "nodeConfig.ephemeralStorageLocalSsdConfig", why: "filled in where disks come with the machine" },
    { path: "nodeConfig.localNvmeSsdBlockConfig", why: "filled in where disks come with the machine" },
    { path: 'nodeConfig.labels["cloud.google.com/gke-gpu-driver-version"]', why: "set with the driver" },
    { path: 'nodeConfig.labels["cloud.google.com/gke-networking-dra-driver"]', why: "set with DRANET" },
  ],
  gpuPool: [
    {
      path: "nodeCount",
      why: "moved by the cluster autoscaler",
      when: ({ gpus }) => gpus.autoscaling !== undefined,
    },
  ],
} as const satisfies Readonly<Record<string, readonly RewrittenField[]>>;

/** Paths for `ignoreChanges` of a resource. */
export function rewritten(plan: GkePlan, ...kinds: readonly (keyof typeof REWRITTEN)[]): string[] {
  const fields: readonly RewrittenField[] = kinds.flatMap((kind): readonly RewrittenField[] => REWRITTEN[kind]);
  return fields.filter(({ when }) => when?.(plan) ?? true).map(({ path }) => path);
}
