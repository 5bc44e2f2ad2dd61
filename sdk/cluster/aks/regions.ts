/**
 * Regions in which nothing can be placed in an availability zone (azure-docs articles/reliability/regions-list.md 04495fc, 2025-03-21; West US
 * also by NVIDIA/aicr tests/uat/azure, 2026). A region that is in no list is taken to have zones: Azure says no at `up`.
 */
export const WITHOUT_ZONES: ReadonlySet<string> = new Set([
  "australiacentral",
  "australiacentral2",
  "australiasoutheast",
  "brazilsoutheast",
  "canadaeast",
  "francesouth",
  "germanynorth",
  "koreasouth",
  "northcentralus",
  "norwaywest",
  "southafricawest",
  "southindia",
  "switzerlandwest",
  "uaecentral",
  "ukwest",
  "westcentralus",
  "westindia",
  "westus",
]);

/** Regions whose API servers cannot join a virtual network (azure-aks-docs articles/aks/api-server-vnet-integration.md, 2026-04-15). */
export const WITHOUT_VNET_INTEGRATION: ReadonlySet<string> = new Set(["qatarcentral"]);
