const pulumi = require("@pulumi/pulumi");
const { GkeCluster } = require("@cairn/sdk/gke");
const { addFacts } = require("../facts.js");

const cluster = new GkeCluster("train", new pulumi.Config().requireObject("settings"));
exports.kubeconfig = cluster.kubeconfig;
addFacts(cluster);
