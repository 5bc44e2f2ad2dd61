const pulumi = require("@pulumi/pulumi");
const { AksCluster } = require("@cairn/sdk/aks");
const { addFacts } = require("../facts.js");

const clusters = new pulumi.Config().requireObject("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new AksCluster(name, settings));
exports.kubeconfig = cluster?.kubeconfig;
if (cluster !== undefined) addFacts(cluster);
