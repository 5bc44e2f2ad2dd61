/**
 * Where charts of the field name images, besides pod specifications. Measured on rendered charts in November 2026; each entry names
 * the kinds or programs that it was seen in. Add to a table, never to the code, when a chart brings another place.
 */

/** A field of a custom resource that holds a whole reference. `*` stands for one key or index. */
export const REFERENCE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  // Prometheus operator 0.93: `spec.version` beside it is left alone.
  Prometheus: ["spec.image", "spec.thanos.image"],
  PrometheusAgent: ["spec.image"],
  Alertmanager: ["spec.image"],
  ThanosRuler: ["spec.image"],
  // Kubeflow Trainer 2.3.
  TrainJob: ["spec.trainer.image"],
  // Slinky 1.2.
  Controller: ["spec.slurmctld.image", "spec.reconfigure.image", "spec.logfile.image"],
  RestApi: ["spec.slurmrestd.image"],
  Accounting: ["spec.slurmdbd.image", "spec.initconf.image"],
  LoginSet: ["spec.login.image", "spec.initconf.image"],
  NodeSet: ["spec.slurmd.image", "spec.logfile.image"],
  // MariaDB operator 26.6.
  MariaDB: ["spec.image"],
  // NIM operator 3.1.
  NIMCache: ["spec.source.ngc.modelPuller", "spec.source.dataStore.modelPuller", "spec.source.hf.modelPuller"],
};

/** A reference that is split over the fields of one object. */
export interface SplitForm {
  readonly repository: string;
  /** Joined to the repository with `/`. Absent where the repository is the whole name. */
  readonly name?: string;
  readonly tag: string;
  /** Set to the bare digest, where the operator has a field for it; else the tag becomes `tag@sha256:…`. */
  readonly digest?: string;
  /**
   * Objects, by their key, whose operator adds the operating system (and kernel) to the tag. One digest fits one system only, so the
   * reference is not known here: these are pinned by admission when the operator creates its pods.
   */
  readonly completedByOperator?: readonly string[];
}

const NVIDIA_TRIPLET: SplitForm = {
  repository: "repository",
  name: "image",
  tag: "version",
  completedByOperator: ["driver", "gds", "gdrcopy", "ofedDriver"],
};

const SKYHOOK_PACKAGE: SplitForm = { repository: "image", tag: "version", digest: "containerSHA" };

export const SPLIT_FIELDS: Readonly<Record<string, SplitForm>> = {
  // GPU operator 26.7 and network operator 26.4.
  ClusterPolicy: NVIDIA_TRIPLET,
  GPUCluster: NVIDIA_TRIPLET,
  NVIDIADriver: { ...NVIDIA_TRIPLET, completedByOperator: ["spec", "gds", "gdrcopy"] },
  NicClusterPolicy: NVIDIA_TRIPLET,
  // KAI scheduler 0.16.
  Config: { repository: "repository", name: "name", tag: "tag" },
  // NIM operator 3.1.
  NIMService: { repository: "repository", tag: "tag" },
  NIMBuild: { repository: "repository", tag: "tag" },
  NemoCustomizer: { repository: "repository", tag: "tag" },
  // Skyhook 0.17, which is called NodeWright from 0.18.
  Skyhook: SKYHOOK_PACKAGE,
  NodeWright: SKYHOOK_PACKAGE,
};

/** Variables that hold one reference, whatever the program. */
export const IMAGE_VARIABLE = /(^|_)IMAGE(_NAME)?$/;

/** Variables with a repository to which the program adds its own tag: pinned by admission. */
export const REPOSITORY_VARIABLES: ReadonlySet<string> = new Set(["GROVE_INIT_CONTAINER_IMAGE"]);

/** Variables that make one reference together. */
export interface VariableParts {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

export const VARIABLE_PARTS: readonly VariableParts[] = [
  // agentgateway 1.5.
  { registry: "AGW_PROXY_IMAGE_REGISTRY", repository: "AGW_PROXY_IMAGE_REPOSITORY", tag: "AGW_PROXY_IMAGE_TAG" },
];
