import { CairnError } from "../errors";
import { type Catalog, deepFreeze, type Mixin, type Overlay } from "./catalog";
import { type ComponentDraft, finishComponent, isDisabled, mergeComponent } from "./components";
import { type ConstraintDraft, findingAt, finishConstraints, mergeConstraints, type Notes } from "./constraints";
import { checkConflicts, checkExclusive, mixinsOf } from "./mixins";
import { suggestion } from "../nearest";
import { VERSION } from "../version";
import { findCycles, topologicalOrder } from "./order";
import { finishPhases, mergePhase, type PhaseDraft } from "./phases";
import { selectOverlays } from "./select";
import { Trace } from "./trace";
import { type ComponentRef, type Criteria, type Phase, PHASES, type Recipe, type Resolution } from "./types";

/**
 * Composes the recipe for a set of criteria: base → overlays → mixins, merged field by field, with values, manifests and readiness gates
 * in it. Depends on nothing but its arguments; the same whatever the order of the catalogue's files.
 *
 * @throws CoverageError (`RECIPE_UNCOVERED`) when a stated dimension is covered by no overlay.
 * @throws CairnError `RECIPE_CONFLICT` when documents contradict one another or leave something out, `RECIPE_DEPENDENCIES` when a
 *   component depends on an unknown one or on itself. All findings at once.
 * @example
 * const catalog = builtinCatalog();
 * const { recipe } = resolve(catalog, parseCriteria({ service: "local", accelerator: "h100", intent: "training" }, catalog));
 */
export function resolve(catalog: Catalog, criteria: Criteria): Resolution {
  const overlays = selectOverlays(catalog, criteria);
  const composition = new Composition(catalog);
  for (const overlay of overlays) composition.lay(overlay);
  composition.mixIn(overlays);
  const { componentRefs, deploymentOrder, ...rest } = composition.finish();
  const recipe: Recipe = {
    apiVersion: "cairn.dev/v1",
    kind: "RecipeResult",
    metadata: { version: VERSION, appliedOverlays: overlays.map(({ name }) => name) },
    criteria,
    ...rest,
    componentRefs,
    deploymentOrder,
  };
  const resolution = { recipe, trace: composition.notes.trace.entries(), warnings: composition.notes.warnings };
  deepFreeze(resolution);
  return resolution;
}

/** A recipe in the making. */
class Composition {
  readonly notes: Notes = { trace: new Trace(), findings: [], warnings: [] };
  private readonly constraints = new Map<string, ConstraintDraft>();
  private readonly components = new Map<string, ComponentDraft>();
  private readonly phases = new Map<Phase, PhaseDraft>();

  constructor(private readonly catalog: Catalog) {}

  lay(document: Overlay | Mixin): void {
    const { constraints, componentRefs } = document.value.spec;
    const rules = { at: ["constraints"], bareValuesAreParameters: false };
    mergeConstraints(
      this.constraints,
      constraints ?? [],
      { document, path: ["spec", "constraints"] },
      rules,
      this.notes,
    );
    (componentRefs ?? []).forEach((ref, i) => {
      mergeComponent(this.components, ref, { document, path: ["spec", "componentRefs", i] }, this.notes);
    });
    const { spec } = document.value;
    if (!("validation" in spec)) return;
    for (const phase of PHASES) {
      const part = spec.validation?.[phase];
      if (part) mergePhase(this.phases, phase, part, { document, path: ["spec", "validation", phase] }, this.notes);
    }
  }

  /** Mixins come last. Each is judged against what was there before it. */
  mixIn(overlays: readonly Overlay[]): void {
    const mixins = mixinsOf(this.catalog, overlays);
    checkExclusive(mixins, this.notes.findings);
    for (const mixin of mixins.keys()) {
      checkConflicts(mixin, this.constraints, this.components, this.catalog, this.notes.findings);
      if (this.notes.findings.length === 0) this.lay(mixin);
    }
    this.refuse("RECIPE_CONFLICT", "the recipe's documents contradict one another");
  }

  finish(): Pick<Recipe, "constraints" | "componentRefs" | "deploymentOrder" | "validation"> {
    const enabled = [...this.components.values()].filter((draft) => !isDisabled(draft, this.notes));
    this.settleDependencies(enabled);
    const edges = new Map(enabled.map(({ name, dependencies }) => [name, [...dependencies.keys()]]));
    const { order, cyclic } = topologicalOrder(edges);
    for (const cycle of findCycles(edges, cyclic)) {
      const draft = this.components.get(cycle[0] ?? "");
      const origin = draft?.dependencies.get(cycle[1] ?? "");
      this.notes.findings.push({
        ...(origin === undefined ? {} : findingAt(origin)),
        message: `components wait for each other: ${cycle.join(" → ")}`,
      });
    }
    const isOrdered = this.notes.findings.length === 0;
    const componentRefs = enabled.map((draft) => finishComponent(draft, this.catalog, this.notes)).sort(byName);
    if (isOrdered) this.refuse("RECIPE_CONFLICT", "the recipe's components are incomplete");
    else this.refuse("RECIPE_DEPENDENCIES", "the recipe's components cannot be put in order");
    return {
      constraints: finishConstraints(this.constraints),
      componentRefs,
      deploymentOrder: order,
      validation: finishPhases(this.phases),
    };
  }

  /** A dependency on a component that was switched off counts as met; one on a component that nobody declares is a mistake. */
  private settleDependencies(enabled: readonly ComponentDraft[]): void {
    const names = new Set(enabled.map(({ name }) => name));
    for (const { name, dependencies } of enabled) {
      for (const [dependency, origin] of dependencies) {
        if (names.has(dependency)) continue;
        dependencies.delete(dependency);
        this.notes.trace.remove(["componentRefs", name, "dependencyRefs", dependency]);
        if (this.components.has(dependency)) continue;
        this.notes.findings.push({
          ...findingAt(origin),
          message: `${name} depends on "${dependency}", which the recipe does not contain`,
          ...suggestion(dependency, this.components.keys()),
        });
      }
    }
  }

  private refuse(code: string, summary: string): void {
    const { findings } = this.notes;
    if (findings.length > 0) throw new CairnError(code, summary, { findings, hint: "correct the documents above" });
  }
}

function byName(a: ComponentRef, b: ComponentRef): number {
  return a.name < b.name ? -1 : 1;
}
