/**
 * Fields that Azure changes behind a program's back, by child resource: without these, `pulumi refresh` shows changes that nobody made
 * (pulumi-azure-native issues 2719, 1686, 2094 and azurerm 24020, as of November 2026). What can be said explicitly is said explicitly
 * instead: `gpuProfile`, `upgradeSettings`, `maxPods`, `osDiskType`, `osSKU`.
 *
 * Neither `kubernetesVersion` of the cluster nor `orchestratorVersion` of a pool is here, although the channel `patch` moves patch releases:
 * with it the program names a minor alone (`planUpgrades` refuses more), Azure keeps that as it was given and says the release in
 * `currentKubernetesVersion` and `currentOrchestratorVersion`, and a minor that is asked for again moves nothing (azure-aks-docs
 * supported-kubernetes-versions.md, "Alias minor version"). Ignored, a raised minor would be lost without a word.
 */
export const REWRITTEN = {
  // Pools that are resources of their own appear in this list; without ignoring it they would be removed.
  // Policy and the service fill the next two, and patch releases move the last, which is an output.
  cluster: ["agentPoolProfiles", "addonProfiles", "windowsProfile", "currentKubernetesVersion"],
  // Outputs that upgrades move.
  gpuPool: ["currentOrchestratorVersion", "nodeImageVersion"],
  // The subnets are resources of their own.
  virtualNetwork: ["subnets", "virtualNetworkPeerings"],
  // Not allowed on a Spot pool, and filled in all the same.
  spotPool: ["upgradeSettings"],
  // The day on which it was made.
  maintenanceWindow: ["maintenanceWindow.startDate"],
  // Not always returned.
  diagnosticSetting: ["logAnalyticsDestinationType"],
  // Whoever runs the next `up` is not a new owner.
  deployer: ["principalId", "principalType"],
  // Made from another resource's identity, once: a vault's name stays taken after its deletion.
  vault: ["vaultName"],
  // Pending, then registered.
  feature: ["properties"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Nothing is replaced or removed faster than Azure takes; more than its own default where GPU machines have to be found or drained. */
export const TIMEOUTS = {
  cluster: { create: "60m", update: "90m", delete: "45m" },
  gpuPool: { create: "90m", update: "180m", delete: "45m" },
  network: { create: "20m", delete: "20m" },
} as const;
