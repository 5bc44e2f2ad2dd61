import { type ManagedCluster } from "@pulumi/azure-native/containerservice";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor";
import { Workspace } from "@pulumi/azure-native/operationalinsights";
import type * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type Context, optionsOf, placeOf } from "./context";
import { type Keys } from "./keys";
import { REWRITTEN } from "./rewritten";

/** The control plane's logs with its audit log, and who used the keys. */
export function logs(context: Context, cluster: ManagedCluster, { vault }: Keys): readonly pulumi.Resource[] {
  const { categories } = context.plan.logs;
  const workspaceId = workspace(context);
  return [
    setting(context, "audit", cluster.id, workspaceId, categories),
    ...(vault ? [setting(context, "vault-audit", vault.id, workspaceId, ["AuditEvent"])] : []),
  ];
}

function workspace(context: Context): pulumi.Input<string> {
  const { name, plan, transform } = context;
  if (plan.logs.workspace !== undefined) return plan.logs.workspace;
  const args = {
    ...placeOf(context),
    sku: { name: "PerGB2018" },
    retentionInDays: plan.logs.retentionDays,
    features: { disableLocalAuth: true },
  };
  return child(Workspace, `${name}-logs`, args, optionsOf(context), transform.workspace).id;
}

function setting(
  context: Context,
  end: string,
  resourceUri: pulumi.Input<string>,
  workspaceId: pulumi.Input<string>,
  categories: readonly string[],
): DiagnosticSetting {
  const args = {
    resourceUri,
    workspaceId,
    logAnalyticsDestinationType: "Dedicated",
    logs: categories.map((category) => ({ category, enabled: true })),
  };
  const options = optionsOf(context, { ignoreChanges: [...REWRITTEN.diagnosticSetting] });
  return child(DiagnosticSetting, `${context.name}-${end}`, args, options, context.transform.diagnosticSetting);
}
