// Combinations of criteria that a recipe covers. Made by `npm run build`; do not edit.

export type CoveredCriteria = Readonly<
  | { service?: "any"; accelerator?: "any"; intent?: "any"; os?: "any"; platform?: "any" }
  | { service: "aks"; accelerator?: "any" | "a100" | "gb200" | "h100" | "h200"; intent?: "any"; os?: "any" | "ubuntu"; platform?: "any" }
  | { service: "aks"; accelerator?: "any" | "a100" | "gb200" | "h100" | "h200"; intent: "inference"; os?: "any" | "ubuntu"; platform?: "any" | "dynamo" | "nim" }
  | { service: "aks"; accelerator?: "any" | "a100" | "gb200" | "h100" | "h200"; intent: "training"; os?: "any" | "ubuntu"; platform?: "any" | "kubeflow" | "slurm" }
  | { service: "eks"; accelerator?: "any" | "a100" | "b200" | "gb200" | "gb300" | "h100" | "h200" | "rtx-pro-6000"; intent?: "any"; os?: "any" | "ubuntu"; platform?: "any" }
  | { service: "eks"; accelerator?: "any" | "a100" | "b200" | "gb200" | "gb300" | "h100" | "h200" | "rtx-pro-6000"; intent: "inference"; os?: "any" | "amazonlinux" | "ubuntu"; platform?: "any" | "dynamo" | "nim" }
  | { service: "eks"; accelerator?: "any" | "a100" | "b200" | "gb200" | "gb300" | "h100" | "h200" | "rtx-pro-6000"; intent: "training"; os?: "any" | "ubuntu"; platform?: "any" | "kubeflow" | "kueue" | "slurm" }
  | { service: "gke"; accelerator?: "any" | "a100" | "b200" | "gb200" | "gb300" | "h100" | "h200"; intent?: "any"; os?: "any" | "cos"; platform?: "any" }
  | { service: "gke"; accelerator?: "any" | "a100" | "b200" | "gb200" | "gb300" | "h100" | "h200"; intent: "inference"; os?: "any" | "cos"; platform?: "any" | "dynamo" | "nim" }
  | { service: "gke"; accelerator?: "any" | "a100" | "b200" | "gb200" | "gb300" | "h100" | "h200"; intent: "training"; os?: "any" | "cos"; platform?: "any" | "kubeflow" | "kueue" | "slurm" }
  | { service: "local"; accelerator?: "any" | "h100"; intent?: "any" | "inference" | "training"; os?: "any"; platform?: "any" }
  | { service: "oke"; accelerator?: "any" | "a100" | "b200" | "gb200" | "h100" | "h200" | "l40s"; intent?: "any"; os?: "any" | "ol" | "ubuntu"; platform?: "any" }
  | { service: "oke"; accelerator?: "any" | "a100" | "b200" | "gb200" | "h100" | "h200" | "l40s"; intent: "inference"; os?: "any" | "ol" | "ubuntu"; platform?: "any" | "dynamo" | "nim" }
  | { service: "oke"; accelerator?: "any" | "a100" | "b200" | "gb200" | "h100" | "h200" | "l40s"; intent: "training"; os?: "any" | "ol" | "ubuntu"; platform?: "any" | "kubeflow" }
>;
