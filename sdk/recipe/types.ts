import { type Finding } from "../errors";
import { type JsonObject, type JsonValue } from "../json";

/** The dimensions by which a recipe is chosen. `"any"` is a wildcard. */
export interface Criteria {
  readonly service: string;
  readonly accelerator: string;
  readonly intent: string;
  readonly os: string;
  readonly platform: string;
  /** GPU node count; 0 means any. Advisory: it never selects. */
  readonly nodes: number;
}

/** The dimensions that select. */
export const DIMENSIONS = ["service", "accelerator", "intent", "os", "platform"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Criteria as people write them: any case, aliases, and nothing where anything will do. */
export interface CriteriaInput {
  readonly service?: string | undefined;
  readonly accelerator?: string | undefined;
  readonly intent?: string | undefined;
  readonly os?: string | undefined;
  readonly platform?: string | undefined;
  /** GPU nodes; text is read as a number. */
  readonly nodes?: number | string | undefined;
}

/** A requirement on the cluster, such as `K8s.server.version` `>= 1.34`. */
export interface Constraint {
  readonly name: string;
  readonly value: string;
  readonly severity?: string;
  readonly remediation?: string;
  readonly unit?: string;
  /** Where a performance threshold comes from. */
  readonly source?: Source;
}

/** A document and its date: `2026-09` or `2026-09-30`. */
export interface Source {
  readonly document: string;
  readonly date: string;
}

/** What performance thresholds are looked up by, beside the criteria. */
export interface Hardware {
  /** Transport between nodes: `efa`, `tcpxo`, `rdma`, `infiniband`, `roce`, `none`. */
  readonly fabric?: string;
  readonly gpusPerNode?: number;
}

/** One value that is laid on a component's values, whatever the documents say. */
export interface ValueSetting {
  /** Name of a component. */
  readonly component: string;
  /** Path in its values, with list indexes: `driver.version`, `tolerations[0].key`. Keys that hold dots stand in double quotes. */
  readonly path: string;
  /** `null` deletes the chart's default. */
  readonly value: JsonValue;
}

/** A value of a component that is left to each program: see `withDynamicValues`. */
export type DynamicPath = Omit<ValueSetting, "value">;

/** What is decided beside the criteria. */
export interface RecipeChoices {
  /** A value for each of the recipe's profiles, such as `{ gpuStack: "operator-managed" }`. @default each profile's own */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Where the cluster is, such as `us-gov-west-1`: some components pull from registries of their region. @default unknown */
  readonly region?: string;
  /** Laid after everything that the catalogue says: inner values on outer ones, otherwise in this order. @default none */
  readonly values?: readonly ValueSetting[];
  /** Left out of the recipe, so that one lock serves clusters that differ in them. @default none */
  readonly dynamic?: readonly DynamicPath[];
}

/** Where the scheduling of nodes enters a chart's values, as dotted paths. */
export interface SchedulingPaths {
  readonly nodeSelectorPaths?: readonly string[];
  readonly tolerationPaths?: readonly string[];
}

/** A file of the catalogue with its content, so that the recipe means the same without the catalogue. */
export interface RecipeFile {
  /** Path inside the catalogue, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

export interface ExpectedResource {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What to do with a Helm hook. Decided per component, by the hook's `<kind>/<name>`. */
export type HookDecision = "skip" | "resource" | "job" | "lift" | "destroy-step";

/** One component of a resolved recipe. Field names are those of the documents it comes from. */
export interface ComponentRef {
  readonly name: string;
  readonly type: "Helm" | "Kustomize" | "Manifest";
  readonly namespace: string;
  readonly chart?: string;
  /** `https://…` Helm repository, `oci://…` registry path, or git repository of a kustomization. */
  readonly source?: string;
  readonly version?: string;
  readonly tag?: string;
  readonly path?: string;
  /** Final values: component file, values file, overrides, in that order. Explicit nulls are kept for Helm to see. */
  readonly values: JsonObject;
  readonly dependencyRefs: readonly string[];
  readonly preManifests: readonly RecipeFile[];
  readonly manifests: readonly RecipeFile[];
  /** Assert/error steps that decide when dependants may start (`readiness.yaml`). */
  readonly readiness?: RecipeFile;
  readonly expectedResources: readonly ExpectedResource[];
  readonly hooks: Readonly<Record<string, HookDecision>>;
  readonly nodeScheduling: {
    readonly system?: SchedulingPaths;
    readonly accelerated?: SchedulingPaths;
    readonly nodeCountPaths?: readonly string[];
  };
}

export const PHASES = ["readiness", "deployment", "performance", "conformance"] as const;
export type Phase = (typeof PHASES)[number];

export interface PhaseSpec {
  /** Go-style duration, such as `10m`. */
  readonly timeout?: string;
  readonly constraints: readonly Constraint[];
  /** Names of checks. */
  readonly checks: readonly string[];
  readonly nodeSelection?: NodeSelection;
  readonly infrastructure?: string;
}

/** Which nodes a phase runs on; every GPU node without it. */
export interface NodeSelection {
  readonly selector?: Readonly<Record<string, string>>;
  readonly maxNodes?: number;
  readonly excludeNodes?: readonly string[];
}

export interface RecipeMetadata {
  /** Of Cairn. */
  readonly version: string;
  readonly appliedOverlays: readonly string[];
  /** What was chosen of each profile, by default or by name. */
  readonly profiles?: Readonly<Record<string, string>>;
  readonly region?: string;
  /** What was laid on the documents' values. */
  readonly values?: readonly ValueSetting[];
  readonly dynamic?: readonly DynamicPath[];
}

/** A resolved recipe. Plain data; its JSON keeps the field names of the documents it comes from. */
export interface Recipe {
  readonly apiVersion: "cairn.dev/v1";
  readonly kind: "RecipeResult";
  readonly metadata: RecipeMetadata;
  readonly criteria: Criteria;
  readonly hardware?: Hardware;
  readonly constraints: readonly Constraint[];
  /** Sorted by name. Disabled components are not here. */
  readonly componentRefs: readonly ComponentRef[];
  /** Lexicographic topological order of the components' names. */
  readonly deploymentOrder: readonly string[];
  readonly validation: { readonly [P in Phase]?: PhaseSpec };
}

/** Which document and line set a value, by which rule, and what it replaced. */
export interface TraceEntry {
  /** Path in the recipe, such as `componentRefs.gpu-operator.values.driver.version`. Keys that hold dots stand in double quotes. */
  readonly path: string;
  readonly value: JsonValue;
  /** `cairn` for what no document says. */
  readonly file: string;
  /** Absent for what no document says. */
  readonly line?: number;
  /** The overlay or mixin that says so. Absent where a registry or a values file does. */
  readonly by?: Author;
  /** By which rule: `set`, `added`, `replaced`, `tightened`, `relaxed: <reason>`, `override`, `registry default`, … */
  readonly rule: string;
  readonly replaced?: TraceEntry;
}

/** A document that adds to recipes, by the name that it gives itself. */
export interface Author {
  readonly kind: "overlay" | "mixin";
  readonly name: string;
}

export interface Resolution {
  readonly recipe: Recipe;
  /** Of the recipe, as `recipeDigest` gives it; known without work for plain criteria of the built-in catalogue. */
  readonly digest: string;
  readonly trace: readonly TraceEntry[];
  /** What the recipe can do without, but nobody can have meant. */
  readonly warnings: readonly Finding[];
}

/** How the pools of a cluster are addressed by the pods of a stack. Flows from the target into the values; never typed twice. */
export interface Scheduling {
  readonly system: NodeAddress;
  readonly accelerated: NodeAddress;
  /** Number of GPU nodes. */
  readonly gpuNodes: number;
}

export interface NodeAddress {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly JsonObject[];
}
