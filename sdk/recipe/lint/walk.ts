import { type Catalog, type CatalogDocument, type Mixin, type Overlay } from "../catalog";
import { type Path } from "../path";
import {
  type ComponentRefDocument,
  type ConstraintDocument,
  type PhaseDocument,
  type ProfileDocument,
  type ThresholdDocument,
} from "../schema";
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

/** Every entry of every `componentRefs`, those of profiles' values included. */
export function refsOf(catalog: Catalog): readonly Part<ComponentRefDocument>[] {
  const ofDocuments = documentsOf(catalog).flatMap((document) =>
    partsOf(document, ["spec", "componentRefs"], document.value.spec.componentRefs),
  );
  const ofProfiles = profileValuesOf(catalog).flatMap(({ document, path, value }) =>
    partsOf<ComponentRefDocument>(document, [...path, "componentRefs"], value.componentRefs),
  );
  return [...ofDocuments, ...ofProfiles];
}

/** Every value of every profile. */
export function profileValuesOf({ overlays }: Catalog): readonly Part<ProfileDocument["values"][string]>[] {
  return [...overlays.values()].flatMap((document) => {
    const { profile, profiles } = document.value.spec;
    const declared = [
      ...(profile ? [{ document, path: ["spec", "profile"], value: profile }] : []),
      ...partsOf(document, ["spec", "profiles"], profiles),
    ];
    return declared.flatMap(({ path, value: { values } }) =>
      Object.entries(values).map(([name, value]) => ({ document, path: [...path, "values", name], value })),
    );
  });
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
  const ofProfiles = profileValuesOf(catalog).flatMap(({ document, path, value }) =>
    partsOf(document, [...path, "constraints"], value.constraints),
  );
  const ofPhases = phasesOf(catalog).flatMap(({ document, path, phase, value }) =>
    partsOf(document, [...path, "constraints"], value.constraints).map((part) => ({ ...part, phase })),
  );
  return [...ofRecipes, ...ofProfiles, ...ofPhases];
}

/** Every row of every `thresholds.yaml`. */
export function thresholdsOf({ thresholds }: Catalog): readonly Part<ThresholdDocument>[] {
  return thresholds.flatMap((document) => partsOf(document, ["thresholds"], document.value.thresholds));
}

function partsOf<Value>(
  document: CatalogDocument<unknown>,
  path: Path,
  values: readonly Value[] | null | undefined,
): readonly Part<Value>[] {
  return (values ?? []).map((value, i) => ({ document, path: [...path, i], value }));
}
