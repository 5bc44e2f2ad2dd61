const pulumi = require("@pulumi/pulumi");
const { EksCluster } = require("@cairn/sdk/eks");
const { addFacts } = require("../facts.js");

const cluster = new EksCluster("train", new pulumi.Config().requireObject("settings"));
exports.kubeconfig = cluster.kubeconfig;
addFacts(cluster);
