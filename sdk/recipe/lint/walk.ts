import { type Catalog, type CatalogDocument, type Mixin, type Overlay } from "../catalog";
import { type Path } from "../path";
import { type ComponentRefDocument, type ConstraintDocument, type PhaseDocument } from "../schema";
import { type Phase, PHASES } from "../types";

/** A part of a document and where it stands. */
export interface Part<Value> {
  readonly document: CatalogDocument<unknown>;
  readonly path: Path;
  readonly value: Value;
}

export interface PhasePart extends Part<PhaseDocument> {
  readonly phase: Phase;
}

export interface ConstraintPart extends Part<ConstraintDocument> {
  /** Absent for a constraint of the recipe as a whole. */
  readonly phase?: Phase;
}

export function documentsOf({ overlays, mixins }: Catalog): readonly (Overlay | Mixin)[] {
  return [...overlays.values(), ...mixins.values()];
}

/** Every entry of every `componentRefs`. */
export function refsOf(catalog: Catalog): readonly Part<ComponentRefDocument>[] {
  return documentsOf(catalog).flatMap((document) =>
    partsOf(document, ["spec", "componentRefs"], document.value.spec.componentRefs),
  );
}

/** Every validation phase of every overlay. */
export function phasesOf({ overlays }: Catalog): readonly PhasePart[] {
  return [...overlays.values()].flatMap((document) =>
    PHASES.flatMap((phase) => {
      const value = document.value.spec.validation?.[phase];
      return value ? [{ document, path: ["spec", "validation", phase], phase, value }] : [];
    }),
  );
}

/** Every constraint, of recipes and of their phases. */
export function constraintsOf(catalog: Catalog): readonly ConstraintPart[] {
  const ofRecipes = documentsOf(catalog).flatMap((document) =>
    partsOf(document, ["spec", "constraints"], document.value.spec.constraints),
  );
  const ofPhases = phasesOf(catalog).flatMap(({ document, path, phase, value }) =>
    partsOf(document, [...path, "constraints"], value.constraints).map((part) => ({ ...part, phase })),
  );
  return [...ofRecipes, ...ofPhases];
}

function partsOf<Value>(
  document: CatalogDocument<unknown>,
  path: Path,
  values: readonly Value[] | null | undefined,
): readonly Part<Value>[] {
  return (values ?? []).map((value, i) => ({ document, path: [...path, i], value }));
}
