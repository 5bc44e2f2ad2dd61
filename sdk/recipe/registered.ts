import { type Component, deepFreeze } from "./catalog";
import { type ComponentRef, type HookDecision, type SchedulingPaths } from "./types";
import { present } from "./values";

/** What the registry says about a component, for every recipe that has it. */
export interface Registered {
  readonly defaults: readonly Default[];
  readonly manifestFiles: readonly string[];
  readonly hooks: readonly (readonly [hook: string, decision: HookDecision])[];
  readonly nodeScheduling: ComponentRef["nodeScheduling"];
}

interface Default {
  readonly field: "source" | "chart" | "version" | "namespace" | "path" | "tag";
  readonly value: string;
  /** In the registry, below the entry. */
  readonly path: readonly string[];
}

const UNREGISTERED: Registered = { defaults: [], manifestFiles: [], hooks: [], nodeScheduling: {} };

const known = new WeakMap<Component, Registered>();

/** Worked out once for each entry: a catalogue's entries never change. */
export function registeredAs(component: Component | undefined): Registered {
  if (component === undefined) return UNREGISTERED;
  const before = known.get(component);
  if (before !== undefined) return before;
  const { manifestFiles, hooks } = component.value;
  const registered = {
    defaults: defaultsOf(component),
    manifestFiles: manifestFiles ?? [],
    hooks: Object.entries(hooks ?? {}),
    nodeScheduling: schedulingOf(component),
  };
  deepFreeze(registered);
  known.set(component, registered);
  return registered;
}

function defaultsOf({ value: { helm, kustomize, manifest } }: Component): readonly Default[] {
  const given = (field: Default["field"], path: string, value: string | null | undefined): readonly Default[] =>
    value ? [{ field, value, path: path.split(".") }] : [];
  return [
    ...given("source", "helm.defaultRepository", helm?.defaultRepository),
    ...given("chart", "helm.defaultChart", helm?.defaultChart?.split("/").at(-1)),
    ...given("version", "helm.defaultVersion", helm?.defaultVersion),
    ...given("namespace", "helm.defaultNamespace", helm?.defaultNamespace),
    ...given("source", "kustomize.defaultSource", kustomize?.defaultSource),
    ...given("path", "kustomize.defaultPath", kustomize?.defaultPath),
    ...given("tag", "kustomize.defaultTag", kustomize?.defaultTag),
    ...given("namespace", "kustomize.defaultNamespace", kustomize?.defaultNamespace),
    ...given("namespace", "manifest.defaultNamespace", manifest?.defaultNamespace),
  ];
}

function schedulingOf({ value: { nodeScheduling } }: Component): ComponentRef["nodeScheduling"] {
  const { system, accelerated, nodeCountPaths } = nodeScheduling ?? {};
  const paths = (of: typeof system): SchedulingPaths | undefined =>
    of ? present({ nodeSelectorPaths: of.nodeSelectorPaths, tolerationPaths: of.tolerationPaths }) : undefined;
  return present({
    system: paths(system),
    accelerated: paths(accelerated),
    nodeCountPaths,
  }) as ComponentRef["nodeScheduling"];
}
