/** Built-in roles of Azure that the target grants, by what they are for. The identifiers are the same in every tenant (Azure built-in roles, 2026). */
export const ROLES = {
  /** Full use of the Kubernetes API, objects of custom types included. */
  clusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  /** Encrypt and decrypt: what the API server does with Secrets. */
  cryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  /** Wrap and unwrap: what a disk encryption set does. */
  cryptoServiceUser: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  /** AKS makes a private endpoint at the vault; it gives no access to keys. */
  vaultContributor: "f25e0fa2-a7c8-4377-a976-54943a77a395",
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
} as const;
