import { type JsonObject, type JsonValue } from "../../json";
import { covers, parsePath } from "../paths";
import { type ResourceState } from "../state/model";
import { type DiffResponse, type Provider, type ResourceRequest } from "../types";
import { splitReference, parseUrn } from "../urn";
import { changedPaths, equal, plain } from "../wire";

/** What has to happen to a resource that exists. */
export type Plan =
  | { readonly kind: "same" }
  | { readonly kind: "update"; readonly paths: readonly string[] }
  | { readonly kind: "replace"; readonly paths: readonly string[]; readonly deleteFirst: boolean };

/** Compares a resource with what the program wants now. */
export async function planFor(
  old: ResourceState,
  wanted: ResourceState,
  provider: Provider,
  request: ResourceRequest,
): Promise<Plan> {
  const diff = await askDiff(old, wanted, provider, request);
  const inputPaths = changedPaths(old.inputs, wanted.inputs);
  const paths = shownPaths(diff.diffs.length > 0 ? diff.diffs : visible(inputPaths), wanted.hideDiff);
  const forced = [...diff.replaces, ...replacedByOption(wanted, [...inputPaths, ...diff.diffs])];
  const reasons = [
    ...(providerChanged(old, wanted) ? ["provider"] : []),
    ...(triggered(old.replacementTrigger, wanted.replacementTrigger) ? ["replacementTrigger"] : []),
  ];
  if (forced.length > 0 || reasons.length > 0) {
    return {
      kind: "replace",
      paths: [...new Set([...forced, ...reasons, ...paths])],
      deleteFirst: diff.deleteBeforeReplace,
    };
  }
  const changed = diff.changes === "unknown" ? inputPaths.length > 0 : diff.changes === "some";
  // A resource that did not become ready gets another try.
  const unready = (old.initErrors?.length ?? 0) > 0;
  return changed || unready ? { kind: "update", paths } : { kind: "same" };
}

function askDiff(
  old: ResourceState,
  wanted: ResourceState,
  provider: Provider,
  request: ResourceRequest,
): Promise<DiffResponse> {
  return provider.diff({
    ...request,
    id: old.id ?? "",
    oldInputs: plain(old.inputs),
    oldState: plain(old.outputs),
    news: plain(wanted.inputs),
    ignoreChanges: wanted.ignoreChanges ?? [],
  });
}

/** Pulumi's own properties (`__provider`, `__defaults`) are not what people changed, unless nothing else is. */
function visible(paths: readonly string[]): readonly string[] {
  const own = paths.filter((path) => !path.startsWith("__"));
  return own.length > 0 ? own : paths;
}

/** Without what the option `hideDiffs` keeps from people. */
function shownPaths(paths: readonly string[], hidden: readonly string[] = []): readonly string[] {
  const patterns = hidden.map(parsePath);
  return paths.filter((path) => !patterns.some((pattern) => covers(pattern, parsePath(path))));
}

function replacedByOption(wanted: ResourceState, paths: readonly string[]): string[] {
  const patterns = (wanted.replaceOnChanges ?? []).map(parsePath);
  return paths.filter((path) => patterns.some((pattern) => covers(pattern, parsePath(path))));
}

/** Another provider means another object, except that a default provider may change its version. */
function providerChanged(old: ResourceState, wanted: ResourceState): boolean {
  if (old.provider === undefined || wanted.provider === undefined || old.provider === wanted.provider) return false;
  const isDefault = (reference: string): boolean => parseUrn(splitReference(reference).urn).name.startsWith("default");
  return !(isDefault(old.provider) && isDefault(wanted.provider));
}

/** One that is not known yet may be another: Pulumi's own engine shows a replacement too (pulumi/pulumi pull request 21139, 2025-12). */
function triggered(old: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  return old !== undefined && wanted !== undefined && !equal(old, wanted);
}

/** True when a resource would be replaced if the inputs that come from `replaced` changed. */
export async function isReplacedWith(
  resource: ResourceState,
  replaced: ReadonlySet<string>,
  provider: Provider,
  request: ResourceRequest,
  unknown: string,
): Promise<boolean> {
  const uncertain = Object.entries(resource.propertyDependencies ?? {})
    .filter(([, urns]) => urns.some((urn) => replaced.has(urn)))
    .map(([key]) => key);
  if (uncertain.length === 0) return false;
  const inputs: JsonObject = { ...resource.inputs, ...Object.fromEntries(uncertain.map((key) => [key, unknown])) };
  const plan = await planFor(resource, { ...resource, inputs }, provider, request);
  return plan.kind === "replace";
}
