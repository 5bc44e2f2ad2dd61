import { RoleAssignment, type RoleAssignmentArgs } from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type AksPrincipal } from "./args";
import { type AksPlan } from "./plan-types";
import { subscriptionOf } from "./resource-id";
import { type AksTransforms } from "./transforms";

/** What every child of a cluster is registered with. */
export interface Context {
  /** The cluster's; children's names start with it. */
  readonly name: string;
  readonly plan: AksPlan;
  readonly transform: AksTransforms;
  /** Name of the resource group. */
  readonly resourceGroup: pulumi.Input<string>;
  readonly parent: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
}

/** Options of a child: its place, and what it asks for besides. */
export function optionsOf(
  { parent, provider }: Context,
  more: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return { parent, provider, ...more };
}

/** Where a child is, and what it is called with. */
export function placeOf({ plan, resourceGroup }: Context) {
  return { resourceGroupName: resourceGroup, location: plan.location, tags: plan.tags };
}

/** Who may do what, where. */
export interface Grant {
  /** End of the child's name. */
  readonly child: string;
  readonly principalId: pulumi.Input<string>;
  /** @default "ServicePrincipal" */
  readonly principalType?: AksPrincipal["kind"] | "unknown";
  /** Identifier of the role's definition. */
  readonly role: string;
  readonly scope: pulumi.Input<string>;
}

/** The definition is named within its subscription, as Azure returns it: otherwise a refresh shows a change. */
export function grant(
  context: Context,
  { child: end, principalType = "ServicePrincipal", role, ...to }: Grant,
  more: pulumi.CustomResourceOptions = {},
): RoleAssignment {
  const definition = (scope: string) =>
    `${subscriptionOf(scope)}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const args: RoleAssignmentArgs = {
    ...to,
    roleDefinitionId: pulumi.output(to.scope).apply(definition),
    ...(principalType !== "unknown" && { principalType }),
  };
  return child(
    RoleAssignment,
    `${context.name}-role-${end}`,
    args,
    optionsOf(context, more),
    context.transform.roleAssignment,
  );
}
