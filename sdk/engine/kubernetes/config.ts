import * as z from "zod";

import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";

// Provider settings reach us as JSON values or, from stack configuration, as text.
const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]).optional();
const text = z
  .string()
  .optional()
  .transform((value) => value || undefined);

const Settings = z.looseObject({
  kubeconfig: text,
  context: text,
  cluster: text,
  namespace: text,
  deleteUnreachable: flag,
  enableConfigMapMutable: flag,
  enablePatchForce: flag,
  enableSecretMutable: flag,
  enableServerSideApply: flag,
  skipUpdateUnreachable: flag,
  upsertExistingObjects: flag,
  renderYamlToDirectory: text,
});

/** The environment variables that stand in for a setting, as in pulumi-kubernetes. */
const variables = {
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
  skipUpdateUnreachable: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
  awaitAll: "PULUMI_K8S_AWAIT_ALL",
} as const;

type Flags = { readonly [Name in keyof typeof variables]: boolean };

export interface ProviderConfig extends Flags {
  /** A path or the YAML itself. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
}

/** Reads a provider's settings. @throws CairnError PROVIDER_CONFIG_INVALID */
export function readConfig(config: JsonObject, env: NodeJS.ProcessEnv = process.env): ProviderConfig {
  const parsed = Settings.safeParse(config);
  if (!parsed.success) {
    const findings = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
    throw new CairnError("PROVIDER_CONFIG_INVALID", "the settings of the Kubernetes provider are wrong", { findings });
  }
  const settings = parsed.data;
  if (settings.enableServerSideApply === false) throw unsupported("client-side apply (enableServerSideApply: false)");
  if (settings.renderYamlToDirectory !== undefined) throw unsupported("renderYamlToDirectory");
  if (settings.cluster !== undefined) throw unsupported("the cluster setting; name a context instead");
  const flags = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const given = (settings as Readonly<Record<string, unknown>>)[name];
      return [name, typeof given === "boolean" ? given : env[variable] === "true"];
    }),
  ) as Flags;
  return { ...flags, kubeconfig: settings.kubeconfig, context: settings.context, namespace: settings.namespace };
}

/** What only pulumi-resource-kubernetes does. */
export function unsupported(feature: string): CairnError {
  return new CairnError("UNSUPPORTED", `the built-in Kubernetes provider does not do ${feature}`, {
    hint: "put pulumi-resource-kubernetes on PATH: it is then used instead",
  });
}
