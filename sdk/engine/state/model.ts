import { type JsonObject } from "../../json";

/** One resource of a stack: Pulumi's `ResourceV3`, with secrets in wire form and in the clear. Kept in memory only. */
export interface ResourceState {
  readonly urn: string;
  readonly custom: boolean;
  /** An old copy, replaced but not yet deleted. */
  readonly delete?: boolean;
  readonly id?: string;
  readonly type: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  readonly parent?: string;
  readonly protect?: boolean;
  /** Read, not managed. */
  readonly external?: boolean;
  readonly dependencies?: readonly string[];
  readonly initErrors?: readonly string[];
  /** `<urn>::<id>` of the provider. */
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** Deleted already, its replacement not yet created. */
  readonly pendingReplacement?: boolean;
  readonly additionalSecretOutputs?: readonly string[];
  readonly aliases?: readonly string[];
  /** Seconds. */
  readonly customTimeouts?: Readonly<Record<string, number>>;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly created?: string;
  readonly modified?: string;
  readonly ignoreChanges?: readonly string[];
  readonly hideDiff?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly replacementTrigger?: JsonObject[string];
}

export type PendingType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** An operation that was begun and of which the end was not recorded. */
export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: PendingType;
}

/** Everything that a resource must come after, itself left out. */
export function references(resource: ResourceState): Set<string> {
  const urns = new Set(resource.dependencies ?? []);
  for (const list of Object.values(resource.propertyDependencies ?? {})) for (const urn of list) urns.add(urn);
  if (resource.parent !== undefined) urns.add(resource.parent);
  if (resource.deletedWith !== undefined) urns.add(resource.deletedWith);
  if (resource.provider !== undefined) urns.add(resource.provider.slice(0, resource.provider.lastIndexOf("::")));
  urns.delete(resource.urn);
  return urns;
}

/** A live resource is known by its URN; replaced copies that wait for deletion also by their id. */
export function stateKey(resource: Pick<ResourceState, "urn" | "delete" | "id">): string {
  return resource.delete ? `${resource.urn}#${resource.id ?? ""}` : resource.urn;
}
