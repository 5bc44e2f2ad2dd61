import { CairnError } from "../errors";
import { type Catalog, deepFreeze, type Mixin, type Overlay } from "./catalog";
import { type ComponentDraft, finishComponent, isDisabled, mergeComponent } from "./components";
import { type ConstraintDraft, findingAt, finishConstraints, mergeConstraints, type Notes } from "./constraints";
import { recipeDigest } from "./digest";
import { checkConflicts, checkExclusive, mixinsOf } from "./mixins";
import { suggestion } from "../nearest";
import { VERSION } from "../version";
import { findCycles, topologicalOrder } from "./order";
import { finishPhases, mergePhase, type PhaseDraft } from "./phases";
import { checkDisjoint, checkOwned, chooseProfiles } from "./profiles";
import { type ComponentRefDocument, type ConstraintDocument, type HardwareDocument } from "./schema";
import { layRegion } from "./regions";
import { selectOverlays } from "./select";
import { isOfChoices, leaveOpen, settle } from "./settle";
import { addThresholds } from "./thresholds";
import { type Origin, Trace } from "./trace";
import {
  type ComponentRef,
  type Criteria,
  type Hardware,
  type Phase,
  PHASES,
  type Recipe,
  type RecipeChoices,
  type RecipeMetadata,
  type Resolution,
  type TraceEntry,
} from "./types";
import { present } from "./values";

/**
 * Composes the recipe for a set of criteria: base → overlays → mixins → profiles, merged field by field, then the values that were set,
 * with values, manifests and readiness gates in it. Depends on nothing but its arguments; the same whatever the order of the catalogue's
 * files.
 *
 * @param choices - What is decided beside the criteria. @default every profile's default, no values set
 * @throws CoverageError (`RECIPE_UNCOVERED`) when a stated dimension is covered by no overlay.
 * @throws CairnError `CHOICES_INVALID` when a profile, one of its values or a component to set values of does not exist;
 *   `RECIPE_CONFLICT` when documents contradict one another or leave something out, `RECIPE_DEPENDENCIES` when a
 *   component depends on an unknown one or on itself. All findings at once.
 * @example
 * const catalog = builtinCatalog();
 * const { recipe } = resolve(catalog, parseCriteria({ service: "local", accelerator: "h100", intent: "training" }, catalog));
 */
export function resolve(catalog: Catalog, criteria: Criteria, choices: RecipeChoices = {}): Resolution {
  const { recipe, warnings } = compose(catalog, criteria, choices);
  let entries: readonly TraceEntry[] | undefined;
  let digest: string | undefined;
  deepFreeze(recipe);
  deepFreeze(warnings);
  return Object.freeze({
    recipe,
    warnings,
    get digest() {
      return (digest ??= digestFromBuild(catalog, criteria, choices) ?? recipeDigest(recipe));
    },
    /** Composed again with a trace when somebody asks: keeping one takes longer than the recipe, and few are explained. */
    get trace() {
      if (entries === undefined) {
        const trace = new Trace();
        compose(catalog, criteria, choices, trace);
        entries = trace.entries();
        deepFreeze(entries);
      }
      return entries;
    },
  });
}

function digestFromBuild(catalog: Catalog, criteria: Criteria, choices: RecipeChoices): string | undefined {
  const { profiles = {}, region, values = [], dynamic = [] } = choices;
  const isPlain = Object.keys(profiles).length + values.length + dynamic.length === 0 && region === undefined;
  return isPlain ? catalog.digestOf?.(criteria) : undefined;
}

function compose(
  catalog: Catalog,
  criteria: Criteria,
  choices: RecipeChoices,
  trace?: Trace,
): Pick<Resolution, "recipe" | "warnings"> {
  const overlays = selectOverlays(catalog, criteria);
  const composition = new Composition(catalog, criteria, trace);
  for (const overlay of overlays) composition.lay(overlay);
  composition.mixIn(overlays);
  const chosen = composition.choose(overlays, choices);
  const { componentRefs, deploymentOrder, ...rest } = composition.finish();
  const recipe: Recipe = {
    apiVersion: "cairn.dev/v1",
    kind: "RecipeResult",
    metadata: { version: VERSION, appliedOverlays: overlays.map(({ name }) => name), ...chosen },
    criteria,
    ...rest,
    componentRefs,
    deploymentOrder,
  };
  return { recipe, warnings: composition.notes.warnings };
}

const CHOICES = "the recipe cannot be made with these choices";

/** What overlays, mixins and the values of profiles have in common. */
interface Part {
  readonly constraints?: readonly ConstraintDocument[] | null | undefined;
  readonly componentRefs?: readonly ComponentRefDocument[] | null | undefined;
}

/** A recipe in the making. */
class Composition {
  readonly notes: Notes;
  private readonly constraints = new Map<string, ConstraintDraft>();
  private readonly components = new Map<string, ComponentDraft>();
  private readonly phases = new Map<Phase, PhaseDraft>();
  private hardware: Hardware = {};

  constructor(
    private readonly catalog: Catalog,
    private readonly criteria: Criteria,
    trace: Trace | undefined,
  ) {
    this.notes = { trace, findings: [], warnings: [] };
  }

  lay(document: Overlay | Mixin): void {
    const { spec } = document.value;
    this.layPart(spec, { document, path: ["spec"] });
    if ("hardware" in spec && spec.hardware) this.layHardware(spec.hardware, { document, path: ["spec", "hardware"] });
    if (!("validation" in spec)) return;
    for (const phase of PHASES) {
      const part = spec.validation?.[phase];
      if (part) mergePhase(this.phases, phase, part, { document, path: ["spec", "validation", phase] }, this.notes);
    }
  }

  private layPart(part: Part, { document, path }: Origin): void {
    const rules = { at: ["constraints"], bareValuesAreParameters: false };
    const at = { document, path: [...path, "constraints"] };
    mergeConstraints(this.constraints, part.constraints ?? [], at, rules, this.notes);
    (part.componentRefs ?? []).forEach((ref, i) => {
      mergeComponent(this.components, ref, { document, path: [...path, "componentRefs", i] }, this.notes);
    });
  }

  private layHardware(hardware: HardwareDocument, { document, path }: Origin): void {
    const given = present(hardware) as Hardware;
    this.hardware = { ...this.hardware, ...given };
    for (const [field, value] of Object.entries(given))
      this.notes.trace?.set(["hardware", field], value, { document, path: [...path, field] }, "set");
  }

  /** Mixins come after the overlays. Each is judged against what was there before it. */
  mixIn(overlays: readonly Overlay[]): void {
    const mixins = mixinsOf(this.catalog, overlays);
    checkExclusive(mixins, this.notes.findings);
    for (const mixin of mixins.keys()) {
      checkConflicts(mixin, this.constraints, this.components, this.catalog, this.notes.findings);
      if (this.notes.findings.length === 0) this.lay(mixin);
    }
    this.refuse("RECIPE_CONFLICT", "the recipe's documents contradict one another");
  }

  /** What is decided beside the criteria has the last word, each where nothing else speaks. */
  choose(
    overlays: readonly Overlay[],
    choices: RecipeChoices,
  ): Pick<RecipeMetadata, "profiles" | "region" | "values" | "dynamic"> {
    const { region } = choices;
    const profiles = chooseProfiles(overlays, choices.profiles ?? {}, this.notes);
    const settling = { drafts: this.components, catalog: this.catalog, profiles, notes: this.notes };
    const values = settle(choices.values ?? [], settling);
    const dynamic = leaveOpen(choices.dynamic ?? [], settling);
    layRegion(region, this.components, this.catalog, this.notes);
    this.refuse("CHOICES_INVALID", CHOICES);
    checkDisjoint(profiles, this.notes);
    for (const profile of profiles) checkOwned(profile, this.components, this.notes);
    this.refuse("RECIPE_CONFLICT", "the recipe's documents contradict one another");
    for (const { document, origin } of profiles) this.layPart(document, origin);
    this.refuse("RECIPE_CONFLICT", "the recipe's documents contradict one another");
    return {
      ...(profiles.length > 0 && { profiles: Object.fromEntries(profiles.map(({ name, value }) => [name, value])) }),
      ...(region !== undefined && { region }),
      ...(values.length > 0 && { values }),
      ...(dynamic.length > 0 && { dynamic }),
    };
  }

  finish(): Pick<Recipe, "hardware" | "constraints" | "componentRefs" | "deploymentOrder" | "validation"> {
    const performance = this.phases.get("performance");
    if (performance !== undefined)
      addThresholds(performance, this.catalog, this.criteria, this.hardware, this.notes.trace);
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
    if (this.notes.findings.every(isOfChoices)) this.refuse("CHOICES_INVALID", CHOICES);
    if (isOrdered) this.refuse("RECIPE_CONFLICT", "the recipe's components are incomplete");
    else this.refuse("RECIPE_DEPENDENCIES", "the recipe's components cannot be put in order");
    return {
      ...(Object.keys(this.hardware).length > 0 && { hardware: this.hardware }),
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
        this.notes.trace?.remove(["componentRefs", name, "dependencyRefs", dependency]);
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
    const hint = code === "CHOICES_INVALID" ? {} : { hint: "correct the documents above" };
    if (findings.length > 0) throw new CairnError(code, summary, { findings, ...hint });
  }
}

function byName(a: ComponentRef, b: ComponentRef): number {
  return a.name < b.name ? -1 : 1;
}
