import { CairnError, type Finding } from "../errors";
import { type JsonObject } from "../json";
import { type HookDecision } from "../recipe";
import { annotationsOf, kindAndName, metadataOf } from "./object";
import { parseManifests } from "./parse";
import { type RenderStage } from "./types";

/** An object with its place in the order of a component. */
export interface Staged {
  readonly stage: RenderStage | "destroy";
  readonly weight: number;
  readonly object: JsonObject;
}

const HOOK = "helm.sh/hook";
const WEIGHT = "helm.sh/hook-weight";
const HELM_ONLY = [HOOK, WEIGHT, "helm.sh/hook-delete-policy", "helm.sh/hook-output-log-policy"];

/** Helm's words for when a hook runs. Upgrades and rollbacks are ordinary updates here. */
const STAGE_OF_HOOK: Readonly<Record<string, RenderStage | "destroy">> = {
  "pre-install": "pre",
  "pre-upgrade": "pre",
  "pre-rollback": "pre",
  "crd-install": "crds",
  "post-install": "post",
  "post-upgrade": "post",
  "post-rollback": "post",
  "pre-delete": "destroy",
  "post-delete": "destroy",
};

type Decide = (hook: JsonObject, stage: RenderStage | "destroy", weight: number) => readonly Staged[];

const DECISIONS: Readonly<Record<HookDecision, Decide>> = {
  skip: () => [],
  // What a delete hook needs (its ServiceAccount) is there from the start.
  resource: (object, stage, weight) => [{ stage: stage === "destroy" ? "main" : stage, weight, object }],
  job: (object, stage, weight) => [{ stage, weight, object }],
  // What a hook Job would have applied from its ConfigMap. The Job itself is then skipped.
  lift: (object) => liftedFrom(object).map((lifted) => ({ stage: "post", weight: 0, object: lifted })),
  "destroy-step": (object, _stage, weight) => [{ stage: "destroy", weight, object }],
};

/**
 * Puts the objects of a chart into their stages. Helm hooks follow the component's table of decisions, by `<Kind>/<name>`.
 *
 * @throws CairnError `HOOK_UNDECIDED` with every hook that the table does not name
 */
export function stageObjects(
  component: { readonly name: string; readonly hooks: Readonly<Record<string, HookDecision>> },
  objects: readonly JsonObject[],
): readonly Staged[] {
  const undecided: Finding[] = [];
  const staged = objects.flatMap((object): readonly Staged[] => {
    const types = hookTypes(object);
    if (types.length === 0) return [{ stage: "main", weight: 0, object }];
    if (types.every((type) => type.startsWith("test"))) return [];
    const decision = component.hooks[kindAndName(object)];
    if (decision === undefined) {
      undecided.push({ path: kindAndName(object), message: `is a ${types.join(", ")} hook` });
      return [];
    }
    const stage = types.map((type) => STAGE_OF_HOOK[type]).find((known) => known !== undefined) ?? "post";
    return DECISIONS[decision](withoutHook(object), stage, weightOf(object));
  });
  if (undecided.length === 0) return staged;
  throw new CairnError("HOOK_UNDECIDED", `${component.name}: the chart has hooks that nobody decided about`, {
    findings: undecided,
    hint: `add each to \`hooks\` of ${component.name} in registry.yaml: skip, resource, job, lift or destroy-step`,
  });
}

/** For manifests of the recipe itself: which list they stand in decides, so Helm's annotations are only dropped. */
export function withoutHook(object: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  if (!HELM_ONLY.some((key) => key in annotations)) return object;
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !HELM_ONLY.includes(key)));
  const annotated = Object.keys(kept).length > 0 && { annotations: kept };
  return { ...object, metadata: { ...withoutAnnotations(metadataOf(object)), ...annotated } };
}

const withoutAnnotations = ({ annotations: _annotations, ...metadata }: JsonObject): JsonObject => metadata;

/** Ascending; Helm's default is 0. */
export function weightOf(object: JsonObject): number {
  const weight = Number(annotationsOf(object)[WEIGHT] ?? 0);
  return Number.isFinite(weight) ? weight : 0;
}

function hookTypes(object: JsonObject): readonly string[] {
  return (annotationsOf(object)[HOOK] ?? "")
    .split(",")
    .map((type) => type.trim())
    .filter((type) => type !== "");
}

function liftedFrom(configMap: JsonObject): readonly JsonObject[] {
  const data = (configMap["data"] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(data).flatMap(([key, text]) => parseManifests(text, `${kindAndName(configMap)} ${key}`));
}
