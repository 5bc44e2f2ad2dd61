import * as pulumi from "@pulumi/pulumi";
import { type Phase } from "../recipe";
import { DynamicResource, providerText } from "../dynamic-resource";
import { type phaseProvider, type RecipeUnderTest } from ".";

export interface ValidationPhaseArgs {
  readonly phase: Phase;
  /** Only what validation reads of it goes into the state. */
  readonly recipe: RecipeUnderTest;
  /** Pinned images of the lock, `reference` → `sha256:…`. */
  readonly images: pulumi.Input<Readonly<Record<string, string>>>;
  /** Treated as a secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** What only the cloud's API knows, by the path that constraints use, such as `ClusterFacts.measurements`. @default nothing */
  readonly declared?: Readonly<Record<string, string>>;
  readonly recipeDigest: pulumi.Input<string>;
  readonly lockDigest: pulumi.Input<string>;
  readonly clusterIdentity: pulumi.Input<string>;
  /** `report` records a failure and goes on. @default "fail" */
  readonly failureMode?: "fail" | "report";
}

/**
 * Runs a validation phase as a step of a Pulumi program. It runs again when the recipe, the lock or the cluster is another one, or when
 * it did not pass. A failed phase fails the step and lists what was expected and what was seen.
 *
 * @example
 * new ValidationPhase("conformance", { phase: "conformance", recipe, images, kubeconfig, recipeDigest, lockDigest, clusterIdentity });
 */
export class ValidationPhase extends DynamicResource {
  declare readonly status: pulumi.Output<string>;
  declare readonly tier: pulumi.Output<string>;
  /** For people; several lines when something did not pass. */
  declare readonly summary: pulumi.Output<string>;
  /** CTRF report, as JSON text. */
  declare readonly ctrf: pulumi.Output<string>;
  /** Snapshot of the cluster that was validated, as JSON text. */
  declare readonly snapshot: pulumi.Output<string>;

  constructor(name: string, args: ValidationPhaseArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { recipe, kubeconfig, failureMode = "fail", ...rest } = args;
    const outputs = { status: undefined, tier: undefined, summary: undefined, ctrf: undefined, snapshot: undefined };
    super(
      "ValidationPhase",
      provider,
      name,
      { ...outputs, ...rest, failureMode, recipe: underTest(recipe), kubeconfig: pulumi.secret(kubeconfig) },
      opts,
    );
  }
}

/** Without values and manifests, which can be megabytes. */
function underTest({ criteria, constraints, componentRefs, validation }: RecipeUnderTest): RecipeUnderTest {
  const components = componentRefs.map(({ name, namespace, expectedResources }) => ({
    name,
    namespace,
    expectedResources,
  }));
  return { criteria, constraints, componentRefs: components, validation };
}

const provider = providerText<typeof phaseProvider>("@cairn/sdk/validation", "phaseProvider", {
  create: true,
  diff: true,
  update: true,
});
