import * as pulumi from "@pulumi/pulumi";

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly inputs: object;
  readonly timeout?: string;
  /** Only read: the object exists, and is somebody else's. */
  readonly id?: string;
}

class Provider extends pulumi.ProviderResource {
  constructor(kubeconfig: string) {
    super("kubernetes", "cluster", { kubeconfig: pulumi.secret(kubeconfig) });
  }
}

/** `secret:x` stands for the secret x. */
function withSecrets(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("secret:") ? pulumi.secret(value.slice(7)) : value;
  if (Array.isArray(value)) return value.map(withSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withSecrets(field)]));
}

const provider = new Provider(process.env["KUBECONFIG_TEXT"] ?? "");
let previous: pulumi.Resource | undefined;
for (const { type, name, inputs, timeout, id } of JSON.parse(process.env["OBJECTS"] ?? "[]") as readonly Entry[]) {
  previous = new pulumi.CustomResource(type, name, withSecrets(inputs) as pulumi.Inputs, {
    provider,
    ...(id ? { id } : {}),
    ...(previous ? { dependsOn: previous } : {}),
    ...(timeout ? { customTimeouts: { create: timeout, update: timeout } } : {}),
  });
}
