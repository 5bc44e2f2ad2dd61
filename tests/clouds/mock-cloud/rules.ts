import { type MockCloud } from "./mock-cloud";
import { type Path, type Properties } from "./values";

/** What a cloud has. */
export interface Resource {
  /** Part of its identifier; no other has it. */
  readonly token: string;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** Of an object in a cluster: that cluster, as its provider knows it. */
  readonly within: string | undefined;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** How often it was written. */
  readonly serial: number;
}

/** Resources of a type, or those of them whose name matches, or that have something at a path of their inputs. */
export interface Pattern {
  readonly type: string;
  readonly name?: RegExp;
  readonly has?: string;
}

/** What does not come, or does not work, without something of the same cluster that it does not name; which therefore has to stay as long. */
export interface Need {
  readonly what: Pattern;
  readonly needs: Pattern;
  /** It stays when what it needed goes. */
  readonly stays?: boolean;
}

/** What one cloud is like, beyond what all have in common. */
export interface Rules {
  id(type: string, name: string, token: string): string;
  /** What the cloud fills in when it makes or updates a resource. */
  outputs(resource: Omit<Resource, "id" | "outputs">, answers: Properties): Properties;
  /** Fields that come back otherwise later. */
  rewrites(resource: Resource): Properties;
  /** Fields whose change means another resource, by type. */
  readonly createOnly: Readonly<Record<string, readonly string[]>>;
  readonly needs: readonly Need[];
  /** What an identifier of something that people bring looks like; whatever looks so has to be there. */
  readonly identifier?: RegExp;
  /** Inputs that hold the name of a resource of that type. */
  readonly names?: Readonly<Record<string, string>>;
  /** Fields that are compared key by key: one that the cloud adds is a change. */
  readonly exact?: Path;
  /** What is taken as long as its owner lives, by type. */
  readonly unique?: Readonly<Record<string, (inputs: Properties) => string>>;
  /** Why the cloud refuses to make or update a resource, by type; nothing where it does. */
  readonly refusals?: Readonly<Record<string, (request: Request) => Refusal>>;
  /** What goes with a resource, by its type. */
  readonly cascades?: Readonly<Record<string, (other: Resource) => boolean>>;
  /** Types that refer without holding. */
  readonly loose?: RegExp;
  readonly invokes?: Readonly<Record<string, (args: Properties, cloud: MockCloud) => Properties>>;
}

/** What a cloud is asked for. */
export type Given = Pick<Resource, "type" | "name" | "inputs">;

export interface Request extends Given {
  /** What is to be updated. */
  readonly before: Resource | undefined;
  /** The resource that an input refers to by its identifier. */
  readonly find: Find;
  readonly others: readonly Resource[];
}

export type Find = (reference: unknown) => Resource | undefined;
export type Refusal = string | false | undefined;

/** The row of a table for a type. */
export const ofType = (type: string, table: Readonly<Record<string, Properties>>): Properties => table[type] ?? {};
