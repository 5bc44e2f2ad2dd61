import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

/** Thin on purpose: what is measured is the engine, not a library of types. */
class ConfigMap extends pulumi.CustomResource {
  constructor(name: string, data: Record<string, string>, opts: pulumi.CustomResourceOptions) {
    super(
      "kubernetes:core/v1:ConfigMap",
      name,
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data },
      opts,
    );
  }
}

const provider = new Provider("local", { kubeconfig: process.env["BENCH_KUBECONFIG"] ?? "" });
for (let index = 0; index < Number(process.env["BENCH_OBJECTS"]); index++) {
  new ConfigMap(`bench-${index}`, { index: String(index) }, { provider });
}
