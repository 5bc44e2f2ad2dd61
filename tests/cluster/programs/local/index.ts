import { local } from "@cairn/sdk/local";

const cluster = local({ accelerator: "h100", nodes: Number(process.env["TEST_NODES"] ?? 1) }).provision("one", {});

export const { kubeconfig, identity } = cluster;
