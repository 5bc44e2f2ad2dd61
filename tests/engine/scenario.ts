/** What the program is to make. */
export interface Scenario {
  readonly resources?: readonly Entry[];
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Entry {
  readonly name: string;
  /** @default "recorded" */
  readonly kind?: "recorded" | "group" | "thing";
  /** The program throws here. */
  readonly throw?: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly options?: Options;
}

export interface Options {
  readonly parent?: string;
  readonly dependsOn?: readonly string[];
  readonly deletedWith?: string;
  readonly aliases?: readonly unknown[];
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: string[];
  readonly replaceOnChanges?: string[];
  readonly additionalSecretOutputs?: string[];
  readonly deleteBeforeReplace?: boolean;
  readonly hideDiffs?: string[];
  readonly transform?: boolean;
  readonly hook?: boolean;
  readonly version?: string;
  readonly customTimeouts?: { readonly create?: string };
}
