const pulumi = require("@pulumi/pulumi");
const { EksCluster } = require("@cairn/sdk/eks");
const { addFacts } = require("../facts.js");

const clusters = new pulumi.Config().requireObject("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new EksCluster(name, settings));
exports.kubeconfig = cluster?.kubeconfig;
if (cluster !== undefined) addFacts(cluster);
