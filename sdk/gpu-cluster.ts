import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, type ProvisionedCluster } from "./cluster";
import { CairnError, type Finding } from "./errors";
import { type JsonObject } from "./json";
import { type KeyFile } from "./sigstore";
import { Evidence } from "./evidence/resource";
import { readLock, requireFresh, type Lock } from "./lock";
import {
  builtinCatalog,
  loadCatalog,
  parseCriteria,
  recipeDigest,
  resolve,
  settingsOf,
  splitDynamic,
  type ValueSetting,
  type CoveredValue,
  type CriteriaInput,
  type IsCovered,
  type Phase,
  type Recipe,
} from "./recipe";
import { RecipeStack } from "./stack";
import { requireMeetable } from "./validation";
import { ValidationPhase } from "./validation/phase";

/** Arguments of {@link GpuTrainingCluster} and {@link GpuInferenceCluster}. */
export interface GpuClusterArgs<Target = ClusterTarget, OS extends string = string, Platform extends string = string> {
  /** Where the cluster runs, such as `local({ nodes: 4, accelerator: "h100" })`. */
  readonly on: Target;
  /** Operating system of the GPU nodes, as recipes name it. @default the target's */
  readonly os?: OS;
  /** Workload platform, as recipes name it. @default "any" */
  readonly platform?: Platform;
  /** A value for each of the recipe's profiles, such as `{ gpuStack: "operator-managed" }`. @default each profile's own */
  readonly profiles?: Readonly<Record<string, string>>;
  /**
   * Values of components, by name, laid on those of the recipe: `{ metrics: { replicas: 5 } }`. Plain data, because everything is rendered
   * before the first resource is registered. `null` deletes a chart's default. The lock must have been made with the same ones
   * (`cairn lock --set`), but for those that it leaves to the program (`cairn lock --dynamic`).
   *
   * @default none
   */
  readonly values?: Readonly<Record<string, JsonObject>>;
  /** Directories of recipe documents that replace the built-in catalogue. */
  readonly catalog?: readonly string[];
  /** Directories of recipe documents that are laid over the catalogue; later ones win. */
  readonly data?: readonly string[];
  /** @default "cairn.lock.yaml" beside `Pulumi.yaml` */
  readonly lock?: string;
  /** Validation phases to run once the stack is up, in this order. @default none */
  readonly validate?: readonly Phase[];
  /** Signed evidence of the validation. Needs at least one phase in `validate`. @default none */
  readonly evidence?: EvidenceSettings;
}

/** How evidence is signed and where it goes. */
export interface EvidenceSettings {
  readonly signer: KeyFile<pulumi.Input<string>>;
  /** Repository to publish to, such as `oci://ghcr.io/acme/evidence`. @default written to disk only */
  readonly push?: string;
  /** Pointer file to commit; only with `push`. @default "evidence.yaml" */
  readonly pointer?: string;
  /** Days until it stops being evidence. @default 90 */
  readonly validDays?: number;
}

type Intent = "training" | "inference";

/**
 * Arguments that a recipe covers. They are checked in the order target, operating system, platform: each takes the values that go with
 * those before it, so that there is one error and it stands where to change something.
 *
 * @typeParam T - The target; `O` the operating system and `P` the platform as they are given.
 */
export type CoveredArgs<I extends Intent, T extends ClusterTarget, O extends string, P extends string> = GpuClusterArgs<
  CoveredTarget<I, T>,
  Taken<O, Choice<"os", Place<I, T>>>,
  Taken<P, Choice<"platform", Place<I, T> & { readonly os: O }>>
> &
  NeededUnless<"os", T["facts"]["os"], Choice<"os", Place<I, T>>> &
  NeededUnless<"platform", "any", Choice<"platform", Place<I, T> & { readonly os: O }>>;

/** The target, or what it would have to be. */
type CoveredTarget<I extends Intent, T extends ClusterTarget> =
  IsCovered<Pick<Place<I, T>, "intent" | "service">> extends false
    ? { readonly service: CoveredValue<"service", { readonly intent: I }> }
    : IsCovered<Place<I, T>> extends false
      ? {
          readonly facts: {
            readonly accelerator: CoveredValue<"accelerator", Pick<Place<I, T>, "intent" | "service">>;
          };
        }
      : T;

interface Place<I extends Intent, T extends ClusterTarget> {
  readonly intent: I;
  readonly service: T["service"];
  readonly accelerator: T["facts"]["accelerator"];
}

/** The values that go with what is stated; all, when that has its own error. */
type Choice<D extends "os" | "platform", S extends CriteriaInput> =
  IsCovered<S> extends true ? CoveredValue<D, S> : string;

/** One of the choices, or what only the program's run can tell. */
type Taken<Given extends string, Choices extends string> = string extends Given ? Given : Choices;

/** Makes a property necessary when what it is without is not covered. */
type NeededUnless<Key extends "os" | "platform", Default extends string, Choices extends string> = [Default] extends [
  Taken<Default, Choices>,
]
  ? unknown
  : { readonly [K in Key]: Choices };

/** What a cluster is made of, decided before anything is registered. */
interface Plan {
  readonly recipe: Recipe;
  /** Of `values`, those that the lock leaves to the program. */
  readonly given: readonly ValueSetting[];
  readonly digest: string;
  readonly lock: Lock;
  readonly lockText: string;
  readonly lockDigest: string;
  /** Relative, because it goes into the state: `.cairn` beside the lock. */
  readonly workDir: string;
}

/** Reads, resolves and checks; registers nothing, so that a mistake costs nothing. */
function plan(intent: Intent, args: GpuClusterArgs): Plan {
  const { facts, service } = args.on;
  requireAgreement(args);
  const catalog = args.catalog ? loadCatalog([...args.catalog, ...(args.data ?? [])]) : builtinCatalog(args.data ?? []);
  const criteria = parseCriteria(
    { service, accelerator: facts.accelerator, intent, os: args.os ?? facts.os, platform: args.platform ?? "any" },
    catalog,
  );
  const file = args.lock ?? "cairn.lock.yaml";
  // A missing lock is the last thing to say: it cannot be made before the rest is right.
  const locked = existsSync(file) ? readLock(file) : undefined;
  const dynamic = locked?.recipe.choices?.dynamic ?? [];
  const { given, fixed } = splitDynamic(settingsOf(args.values ?? {}), dynamic);
  const { recipe } = resolve(catalog, criteria, {
    profiles: { ...args.profiles, ...facts.profiles },
    ...(facts.region !== undefined && { region: facts.region }),
    values: fixed,
    dynamic,
  });
  requireMeetable(recipe, facts);
  const lock = requireFresh(locked ?? readLock(file), recipe, facts);
  const lockText = readFileSync(file, "utf8");
  return {
    recipe,
    given,
    digest: recipeDigest(recipe),
    lock,
    lockText,
    lockDigest: `sha256:${createHash("sha256").update(lockText).digest("hex")}`,
    workDir: join(dirname(file), ".cairn"),
  };
}

/** What the target decides is said once: stated again, it has to be the same. */
function requireAgreement({ on: { facts }, os, profiles = {} }: GpuClusterArgs): void {
  const findings: Finding[] = [];
  if (os !== undefined && facts.os !== "any" && os !== facts.os)
    findings.push({
      path: "os",
      message: `is ${os}, but the nodes of the target run ${facts.os}`,
      hint: "leave it out",
    });
  for (const [name, decided] of Object.entries(facts.profiles ?? {}))
    if (profiles[name] !== undefined && profiles[name] !== decided)
      findings.push({
        path: `profiles.${name}`,
        message: `is ${profiles[name]}, but the target's own setting makes it ${decided}`,
        hint: "set it on the target only",
      });
  if (findings.length === 0) return;
  throw new CairnError("CLUSTER_SETTINGS", "the program says two things about its cluster", { findings });
}

/** Cluster, stack, validation and evidence, composed. The two public classes differ in their intent only. */
abstract class GpuCluster extends pulumi.ComponentResource {
  /** For `kubectl`. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Digest of the resolved recipe. */
  readonly recipe: pulumi.Output<string>;
  /** Where the evidence is: `registry/repository@sha256:…`, or its directory when it was not pushed. `undefined` without `evidence`. */
  readonly evidence: pulumi.Output<string | undefined>;

  constructor(
    type: string,
    intent: Intent,
    name: string,
    args: GpuClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const planned = plan(intent, args);
    const { recipe, given, digest: recipeHash, lock } = planned;
    super(type, name, { criteria: recipe.criteria, recipe: recipeHash, components: recipe.deploymentOrder }, opts);
    const cluster = args.on.provision(name, { parent: this });
    const cacheDir = join(planned.workDir, "cache");
    const stack = new RecipeStack(name, { recipe, values: given, lock, cluster, cacheDir }, { parent: this });
    const phases = validate(this, name, args.validate ?? [], planned, cluster, stack);
    this.kubeconfig = cluster.kubeconfig;
    this.recipe = pulumi.output(recipeHash);
    this.evidence = attest(this, name, args.evidence, planned, phases);
    this.registerOutputs({ kubeconfig: this.kubeconfig, recipe: this.recipe, evidence: this.evidence });
  }
}

/** Phases run one after the other, each behind the stack. */
function validate(
  parent: pulumi.Resource,
  name: string,
  phases: readonly Phase[],
  { recipe, digest, lock, lockDigest }: Plan,
  cluster: ProvisionedCluster,
  stack: RecipeStack,
): ReadonlyMap<Phase, ValidationPhase> {
  const images = Object.fromEntries(lock.images.map((image) => [image.reference, image.digest]));
  const made = new Map<Phase, ValidationPhase>();
  for (const phase of phases) {
    const args = {
      phase,
      recipe,
      images,
      kubeconfig: cluster.kubeconfig,
      recipeDigest: digest,
      lockDigest,
      clusterIdentity: cluster.identity,
      ...(cluster.facts.measurements !== undefined && { declared: cluster.facts.measurements }),
    };
    made.set(phase, new ValidationPhase(`${name}-${phase}`, args, { parent, dependsOn: [stack, ...made.values()] }));
  }
  return made;
}

function attest(
  parent: pulumi.Resource,
  name: string,
  settings: EvidenceSettings | undefined,
  { recipe, lockText, workDir }: Plan,
  phases: ReadonlyMap<Phase, ValidationPhase>,
): pulumi.Output<string | undefined> {
  if (settings === undefined) return pulumi.output(undefined);
  const last = [...phases.values()].at(-1);
  if (last === undefined) {
    throw new pulumi.InputPropertyError({ propertyPath: "evidence", reason: "needs at least one phase in `validate`" });
  }
  const { pointer = "evidence.yaml", ...rest } = settings;
  const args = {
    ...rest,
    ...(settings.push === undefined ? {} : { pointer }),
    recipe,
    lock: lockText,
    snapshot: last.snapshot,
    results: Object.fromEntries([...phases].map(([phase, resource]) => [phase, resource.ctrf])),
    directory: join(workDir, "evidence", name),
  };
  return new Evidence(`${name}-evidence`, args, { parent }).reference;
}

/**
 * A GPU cluster for training: provisioned, with the component stack of its recipe, validated, and with signed evidence of it.
 *
 * Everything is decided from the recipe and `cairn.lock.yaml` before the first resource is registered; nothing is looked up at preview or
 * up. A combination of target, operating system and platform that no recipe covers does not compile; what is only known when the program
 * runs is checked then.
 *
 * @throws CairnError `LOCK_MISSING` or `LOCK_STALE` with the `cairn lock` command to run; the recipe's errors, such as a combination that no
 * recipe covers.
 * @example
 * const cluster = new GpuTrainingCluster("train", {
 *   on: local({ nodes: 4, accelerator: "h100" }),
 *   validate: ["deployment", "conformance"],
 *   evidence: { signer: keyFile({ path: "cosign.key" }), push: "oci://ghcr.io/acme/evidence" },
 * });
 */
export class GpuTrainingCluster<
  T extends ClusterTarget = ClusterTarget,
  O extends string = T["facts"]["os"],
  P extends string = "any",
> extends GpuCluster {
  constructor(name: string, args: CoveredArgs<"training", T, O, P>, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: GpuClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cairn:index:GpuTrainingCluster", "training", name, args, opts);
  }
}

/** The same for inference. See {@link GpuTrainingCluster}. */
export class GpuInferenceCluster<
  T extends ClusterTarget = ClusterTarget,
  O extends string = T["facts"]["os"],
  P extends string = "any",
> extends GpuCluster {
  constructor(name: string, args: CoveredArgs<"inference", T, O, P>, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: GpuClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cairn:index:GpuInferenceCluster", "inference", name, args, opts);
  }
}
