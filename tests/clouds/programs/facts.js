const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { Provider } = require("@pulumi/kubernetes/provider");
const pulumi = require("@pulumi/pulumi");

/** What a program adds that goes on from its cluster, in the namespace that the stack's configuration names. */
exports.addFacts = ({ kubeconfig, ready }) => {
  const namespace = new pulumi.Config().get("namespace");
  if (namespace === undefined) return;
  const provider = new Provider("inside", { kubeconfig, enableServerSideApply: true });
  const metadata = { name: "facts", namespace };
  new ConfigMap("facts", { metadata, data: { made: "by the program" } }, { provider, dependsOn: [...ready] });
};
