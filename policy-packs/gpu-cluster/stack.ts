import { plain, type Value } from "@cairn/policy-kit";
import { type PolicyResource } from "@pulumi/policy";
import { type Finding, type Subject } from "./rule";

/** What is known of a resource by itself. */
export interface Source {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Value;
}

/** A resource of a stack, with those that its inputs come from. */
export interface Member extends Source {
  /** By input, as in `subnetIds`. */
  readonly sources: Readonly<Record<string, readonly Source[]>>;
  /** What its machines are made from: a launch template of EC2, an instance configuration of Oracle's. */
  readonly template: Value;
}

/** A rule that has to see other resources than the one it is about. */
export type StackRule = (member: Member, subject: Subject, stack: readonly Member[]) => readonly Finding[];

/** Such rules by type of resource. */
export type StackRules = Readonly<Record<string, StackRule>>;

const TEMPLATES: readonly string[] = [
  "aws:ec2/launchTemplate:LaunchTemplate",
  "oci:Core/instanceConfiguration:InstanceConfiguration",
];

/** Read when a rule asks: most of a stack's resources are none of this pack's business. */
export function memberOf(resource: PolicyResource): Member {
  const { type, name, urn } = resource;
  const props = once(() => plain(resource.props));
  const sources = once(() =>
    Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([input, list]) => [input, list.map(sourceOf)]),
    ),
  );
  const from = () => Object.values(sources()).flat();
  return {
    type: unversioned(type),
    name,
    urn,
    get props() {
      return props();
    },
    get sources() {
      return sources();
    },
    get template() {
      return from().find((source) => TEMPLATES.includes(source.type))?.props;
    },
  };
}

const sourceOf = ({ type, name, urn, props }: PolicyResource): Source => ({
  type: unversioned(type),
  name,
  urn,
  props: plain(props),
});

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Azure's types may carry the version of an API: `azure-native:containerservice/v20250901:ManagedCluster`. */
export const unversioned = (type: string): string => type.replace(/^(azure-native:\w+)\/v\w+:/, "$1:");
