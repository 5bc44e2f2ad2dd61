import { type Fields, listOf, MAP, needed, object, TAINTS, TEXT, TEXTS } from "../cloud/shape";

/** `OkeArgs`, as far as other checks look into it. */
export const OKE_SHAPE: Fields = {
  region: TEXT,
  compartmentId: TEXT,
  kubernetesVersion: TEXT,
  gpus: object({
    availabilityDomain: TEXT,
    pool: object({ kind: needed(TEXT), fabrics: TEXTS }),
    capacity: object({ kind: needed(TEXT) }),
    kubernetesVersion: TEXT,
    labels: MAP,
    taints: TAINTS,
  }),
  system: object({ shape: TEXT, availabilityDomains: TEXTS }),
  network: object({ cidr: TEXT, podsCidr: TEXT, servicesCidr: TEXT, subnets: object({}) }),
  access: object({ from: TEXTS, admins: TEXTS }),
  encryption: object({}),
  imagePolicy: object({ keys: needed({ is: ["list"] }) }),
  workloads: listOf({ namespace: needed(TEXT), serviceAccount: needed(TEXT), allow: needed(TEXTS) }),
  tags: MAP,
  allowReplace: TEXTS,
};
