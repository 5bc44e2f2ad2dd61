export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** Types of the parents and of the resource, joined by `$`. */
  readonly qualifiedType: string;
  readonly type: string;
  readonly name: string;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_PREFIX = "pulumi:providers:";

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`; the stack itself does not count as a parent type. */
export function makeUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? STACK_TYPE : parseUrn(parent).qualifiedType;
  const prefix = parentType === STACK_TYPE ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

export function parseUrn(urn: string): UrnParts {
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return {
    stack: head.slice("urn:pulumi:".length),
    project,
    qualifiedType,
    type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name: name.join("::"),
  };
}

/** `kubernetes` for `pulumi:providers:kubernetes`; `undefined` for anything but a provider. */
export function providerPackage(type: string): string | undefined {
  return type.startsWith(PROVIDER_PREFIX) ? type.slice(PROVIDER_PREFIX.length) : undefined;
}

export function providerType(pkg: string): string {
  return PROVIDER_PREFIX + pkg;
}

/** `kubernetes` for `kubernetes:core/v1:ConfigMap`. */
export function packageOf(type: string): string {
  return type.slice(0, type.indexOf(":"));
}

/** How a resource names its provider: `<urn>::<id>`. */
export function splitReference(reference: string): { readonly urn: string; readonly id: string } {
  const at = reference.lastIndexOf("::");
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}

/** What a URN could have been before, given how its parent was called before. */
export function inheritedAlias(urn: string, parentUrn: string, oldParentUrn: string): string {
  const own = parseUrn(urn);
  const parentName = parseUrn(parentUrn).name;
  const oldParent = parseUrn(oldParentUrn);
  const name = own.name.startsWith(parentName) ? oldParent.name + own.name.slice(parentName.length) : own.name;
  return makeUrn(oldParent.stack, oldParent.project, oldParentUrn, own.type, name);
}
