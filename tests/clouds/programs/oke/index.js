const pulumi = require("@pulumi/pulumi");
const { OkeCluster } = require("@cairn/sdk/oke");

const clusters = new pulumi.Config().requireObject("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new OkeCluster(name, settings));
exports.kubeconfig = cluster?.kubeconfig;
