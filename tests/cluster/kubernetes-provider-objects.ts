export const types = {
  configMap: "kubernetes:core/v1:ConfigMap",
  secret: "kubernetes:core/v1:Secret",
  namespace: "kubernetes:core/v1:Namespace",
  deployment: "kubernetes:apps/v1:Deployment",
  job: "kubernetes:batch/v1:Job",
  definition: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
};
export const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

export const namespace = "provider-test";
export const configMap = (name: string, data: Record<string, string>, metadata = {}) => ({
  metadata: { name, namespace, ...metadata },
  data,
});
export const ref = (name: string, kind = "ConfigMap", apiVersion = "v1") => ({ apiVersion, kind, name, namespace });
const pods = (app: string, spec = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: "main", image: "app:1", resources: { requests: { cpu: "0.010" } } }], ...spec },
});
export const deployment = (name: string, { spec = {}, metadata = {} } = {}) => ({
  metadata: { name, namespace, ...metadata },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: pods(name, spec) },
});
export const job = (name: string, backoffLimit = 6, spec = {}) => ({
  metadata: { name, namespace },
  spec: {
    backoffLimit,
    template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "job:1" }], ...spec } },
  },
});
export const definition = (group: string, kind: string, scope: string) => ({
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: {
    group,
    scope,
    names: { kind, plural: `${kind.toLowerCase()}s` },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});
