import { type Alias } from "@pulumi/pulumi/proto/alias_pb";
import { type ReadResourceRequest, type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { parseDuration } from "../../duration";
import { CairnError } from "../../errors";
import { type JsonObject, type JsonValue } from "../../json";
import { fromStruct } from "../hosts/grpc";

/** A resource as the program asks for it. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** URN, or `""` for the stack itself. */
  readonly parent: string;
  readonly inputs: JsonObject;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** `<urn>::<id>`, or `""` for the default provider. */
  readonly provider: string;
  readonly version: string;
  readonly options: GoalOptions;
}

export interface GoalOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly hideDiff: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly replacementTrigger?: JsonValue;
  readonly aliases: readonly AliasSpec[];
  /** Seconds. */
  readonly customTimeouts: Readonly<Record<string, number>>;
}

export type AliasSpec =
  | { readonly urn: string }
  | {
      readonly name: string;
      readonly type: string;
      readonly stack: string;
      readonly project: string;
      /** `undefined`: the parent that the resource has now. */
      readonly parent: string | undefined;
    };

export const noOptions: GoalOptions = {
  protect: false,
  retainOnDelete: false,
  deletedWith: "",
  ignoreChanges: [],
  replaceOnChanges: [],
  hideDiff: [],
  additionalSecretOutputs: [],
  aliases: [],
  customTimeouts: {},
};

/** Features that only the Pulumi CLI's engine has, and how a request shows that it wants one. */
const UNSUPPORTED: readonly (readonly [feature: string, isWanted: (request: RegisterResourceRequest) => boolean])[] = [
  ["remote components", (request) => request.getRemote()],
  ["the `import` option", (request) => request.getImportid() !== ""],
  ["resource transforms", (request) => request.getTransformsList().length > 0],
  ["state migrations", (request) => request.getStateMigrationsList().length > 0],
  ["parameterized packages", (request) => request.getPackageref() !== ""],
  ["the `replaceWith` option", (request) => request.getReplaceWithList().length > 0],
];

/** What the embedded engine refuses. @throws CairnError UNSUPPORTED */
export function unsupported(feature: string, where = ""): CairnError {
  return new CairnError("UNSUPPORTED", `the embedded engine does not do ${feature}${where}`, {
    hint: "install the pulumi CLI: the same command then runs through it",
  });
}

/** @throws CairnError UNSUPPORTED */
export function goalOf(request: RegisterResourceRequest): Goal {
  for (const [feature, isWanted] of UNSUPPORTED) {
    if (isWanted(request)) throw unsupported(feature, ` (${request.getType()} ${request.getName()})`);
  }
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: fromStruct(request.getObject()),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList()]),
    ),
    provider: request.getProvider(),
    version: request.getVersion(),
    options: optionsOf(request),
  };
}

function optionsOf(request: RegisterResourceRequest): GoalOptions {
  const trigger = request.getReplacementTrigger()?.toJavaScript() as JsonValue | undefined;
  return {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
    deletedWith: request.getDeletedwith(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    hideDiff: request.getHidediffsList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    ...(trigger === undefined || trigger === null ? {} : { replacementTrigger: trigger }),
    aliases: [...request.getAliasesList().map(aliasOf), ...request.getAliasurnsList().map((urn) => ({ urn }))],
    customTimeouts: timeoutsOf(request.getCustomtimeouts()?.toObject() ?? {}),
  };
}

function aliasOf(alias: Alias): AliasSpec {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getNoparent() ? "" : spec.getParenturn() === "" ? undefined : spec.getParenturn(),
  };
}

function timeoutsOf(timeouts: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(timeouts).flatMap(([step, text]) =>
      typeof text === "string" && text !== "" ? [[step, parseDuration(text) / 1000]] : [],
    ),
  );
}

/** What the program reads without managing it. */
export interface ReadGoal extends Goal {
  readonly id: string;
}

export function readGoalOf(request: ReadResourceRequest): ReadGoal {
  return {
    id: request.getId(),
    type: request.getType(),
    name: request.getName(),
    custom: true,
    parent: request.getParent(),
    inputs: fromStruct(request.getProperties()),
    dependencies: request.getDependenciesList(),
    propertyDependencies: {},
    provider: request.getProvider(),
    version: request.getVersion(),
    options: { ...noOptions, additionalSecretOutputs: request.getAdditionalsecretoutputsList() },
  };
}
