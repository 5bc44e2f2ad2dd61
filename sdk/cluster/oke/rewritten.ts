const NODE_TAGS = ["nodeConfigDetails.definedTags", "nodeConfigDetails.freeformTags"] as const;

/**
 * Fields that Oracle Cloud writes itself, by kind of resource: a refresh must not show them. Everything else stays visible. Where a field of
 * the reference module is missing here, what it would hide is a change that somebody asked for: images and user data are pinned, versions
 * and sizes are settings.
 *
 * Source: terraform-oci-oke modules 25ef9a0 (2026-04-29) and its issues.
 */
export const REWRITTEN = {
  /** Tag defaults of a tenancy add CreatedBy and CreatedOn. */
  any: ["definedTags"],
  /** Comes back in another shape. */
  cluster: ["definedTags", "clusterPodNetworkOptions"],
  /** Order and defaults of placements differ; updates of node tags are accepted and ignored. */
  systemPool: ["definedTags", "nodeConfigDetails.placementConfigs", ...NODE_TAGS],
  /** There is one placement, which says where the machines come from: a change of it counts. */
  gpuPool: ["definedTags", "nodeConfigDetails.placementConfigs[0].faultDomains", ...NODE_TAGS],
  instanceConfiguration: [
    "definedTags",
    "instanceDetails.launchDetails.definedTags",
    "instanceDetails.launchDetails.createVnicDetails.definedTags",
  ],
  /** Changed after creation. Never a part of `instancePools`: that would hide the size too. */
  clusterNetwork: ["definedTags", "displayName", "freeformTags"],
} as const satisfies Record<string, readonly string[]>;
