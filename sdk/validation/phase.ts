import * as pulumi from "@pulumi/pulumi";
import { type Phase } from "../recipe";
import type * as validation from ".";
import { type PhaseInputs, type PhaseOutputs, type RecipeUnderTest } from ".";

/** By the package's name, because the provider's text is run from the program's directory, in another process. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would be serialised with the provider
const room = (): typeof validation => require("@cairn/sdk/validation");

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
export class ValidationPhase extends pulumi.dynamic.Resource {
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
      provider,
      name,
      { ...outputs, ...rest, failureMode, recipe: underTest(recipe), kubeconfig: pulumi.secret(kubeconfig) },
      { ...opts, hideDiffs: ["__provider", ...(opts.hideDiffs ?? [])] },
      "cairn",
      "ValidationPhase",
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

/** The text of this object goes into the state, so it only names the code: what runs is always the installed version. */
const provider: pulumi.dynamic.ResourceProvider<PhaseInputs, PhaseOutputs> = {
  async create(inputs) {
    return { id: inputs.phase, outs: await room().validatePhase(inputs) };
  },
  async diff(_id, olds, news) {
    return { changes: room().phaseChanged(olds, news) };
  },
  async update(_id, _olds, news) {
    return { outs: await room().validatePhase(news) };
  },
};
