import { PolicyPack } from "@pulumi/policy";
import { processHost } from "./host";
import { policies } from "./policies";

new PolicyPack("cairn-supply-chain", {
  displayName: "Cairn supply chain",
  description: "Images pinned by digest, in the lock, and signed by a key you trust.",
  tags: ["supply-chain", "kubernetes", "containers"],
  enforcementLevel: "mandatory",
  policies: policies(processHost(process.cwd())),
});
