const pulumi = require("@pulumi/pulumi");
const { AksCluster } = require("@cairn/sdk/aks");
const { addFacts } = require("../facts.js");

const cluster = new AksCluster("train", new pulumi.Config().requireObject("settings"));
exports.kubeconfig = cluster.kubeconfig;
addFacts(cluster);
