import { type EngineEvent, type Operation, type OperationResult, type StepOp } from "../engine";

/** How one kind of step is told: its mark, and its name before and after it is done. */
interface StepWords {
  readonly mark: string;
  readonly planned: string;
  readonly done: string;
  readonly tone: "good" | "warn" | "bad" | "faint";
}

export const STEPS: Readonly<Record<StepOp, StepWords>> = {
  same: { mark: " ", planned: "unchanged", done: "unchanged", tone: "faint" },
  create: { mark: "+", planned: "to create", done: "created", tone: "good" },
  update: { mark: "~", planned: "to update", done: "updated", tone: "warn" },
  replace: { mark: "±", planned: "to replace", done: "replaced", tone: "warn" },
  "create-replacement": {
    mark: "+",
    planned: "to create as replacement",
    done: "created as replacement",
    tone: "warn",
  },
  "delete-replaced": { mark: "-", planned: "to delete once replaced", done: "deleted once replaced", tone: "warn" },
  delete: { mark: "-", planned: "to delete", done: "deleted", tone: "bad" },
  read: { mark: ">", planned: "to read", done: "read", tone: "faint" },
  // Only what is really otherwise than the state says is told as a refresh.
  refresh: { mark: "~", planned: "drifted", done: "drifted", tone: "warn" },
  discard: { mark: "-", planned: "to forget", done: "forgotten", tone: "bad" },
};

/** Steps that change nothing: counted, not listed. */
export const QUIET: ReadonlySet<StepOp> = new Set(["same", "read"]);

/** What a URN says: `urn:pulumi:stack::project::parent$type::name`. */
export interface UrnParts {
  readonly type: string;
  /** Last part of the type: `Deployment`. */
  readonly kind: string;
  readonly name: string;
}

export function partsOf(urn: string): UrnParts {
  const [, , chain = "", ...name] = urn.split("::");
  const types = chain.split("$");
  const type = types.at(-1) ?? chain;
  return { type, kind: type.split(":").at(-1) ?? type, name: name.join("::") };
}

/** `Deployment web`; an object of a stack, `train/metrics/Deployment/monitoring/server`, is `Deployment train/metrics: monitoring/server`. */
export function about(urn: string): string {
  const { kind, name } = partsOf(urn);
  return `${kind} ${name.replace(`/${kind}/`, ": ")}`;
}

/** `3 created, 12 unchanged`, in the order in which people ask. */
export function countText(changes: OperationResult["changes"], operation: Operation): string {
  const words = operation === "preview" ? "planned" : "done";
  return (Object.keys(STEPS) as StepOp[])
    .sort((a, b) => Number(QUIET.has(a)) - Number(QUIET.has(b)))
    .flatMap((op) => (changes[op] ? [`${changes[op]} ${STEPS[op][words]}`] : []))
    .join(", ");
}

export const isUnchanged = ({ ok, changes }: OperationResult): boolean =>
  ok && (Object.entries(changes) as [StepOp, number][]).every(([op, count]) => count === 0 || QUIET.has(op));

export type EventOf<Type extends EngineEvent["type"]> = Extract<EngineEvent, { type: Type }>;
