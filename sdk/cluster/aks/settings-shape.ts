import { type Fields, listOf, MAP, needed, object, TAINTS, TEXT, TEXTS } from "../cloud/shape";

const SOMETHING = object({});

/** `AksArgs`, as far as other checks look into it. */
export const AKS_SHAPE: Fields = {
  location: TEXT,
  kubernetesVersion: TEXT,
  gpus: object({
    capacity: object({ kind: needed(TEXT) }),
    upgrade: SOMETHING,
    labels: MAP,
    taints: TAINTS,
    image: SOMETHING,
    disk: SOMETHING,
  }),
  system: object({ zones: TEXTS }),
  network: object({ cidr: TEXT, podCidr: TEXT, serviceCidr: TEXT }),
  access: object({ admins: listOf({ objectId: needed(TEXT) }), authorizedRanges: TEXTS }),
  encryption: object({ key: SOMETHING }),
  logs: SOMETHING,
  upgrades: object({ window: object({ start: needed(TEXT) }) }),
  registries: SOMETHING,
  identities: {
    is: ["object"],
    each: object({
      namespace: needed(TEXT),
      serviceAccount: needed(TEXT),
      roles: needed(listOf({ role: needed(TEXT) })),
    }),
  },
  tags: MAP,
  allowReplace: TEXTS,
};
