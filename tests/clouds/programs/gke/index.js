const pulumi = require("@pulumi/pulumi");
const { GkeCluster } = require("@cairn/sdk/gke");
const { addFacts } = require("../facts.js");

const clusters = new pulumi.Config().requireObject("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new GkeCluster(name, settings));
exports.kubeconfig = cluster?.kubeconfig;
if (cluster !== undefined) addFacts(cluster);
