const pulumi = require("@pulumi/pulumi");
const { OkeCluster } = require("@cairn/sdk/oke");

const cluster = new OkeCluster("train", new pulumi.Config().requireObject("settings"));
exports.kubeconfig = cluster.kubeconfig;
