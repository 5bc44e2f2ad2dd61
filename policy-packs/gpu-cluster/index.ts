import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("cairn-gpu-cluster", {
  displayName: "Cairn GPU clusters",
  description: "GPU clusters that are private, encrypted, protected and have one owner of the GPU stack.",
  tags: ["kubernetes", "gpu", "eks", "gke", "aks", "oke"],
  enforcementLevel: "mandatory",
  policies: policies(() => new Date()),
});
