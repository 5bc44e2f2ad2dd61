import { type Fields, FLAG, MAP, needed, object, type Shape, TAINTS, TEXT, TEXTS } from "../cloud/shape";
import { type GkeEndpoint, type GkeSettings } from "./args";
import { type Capacity, type Upgrade } from "./capacity";

const CAPACITIES: Readonly<Record<Capacity["kind"], Fields>> = {
  "on-demand": {},
  spot: {},
  reservation: { name: needed(TEXT, "name it: reservation(NAME)") },
  "flex-start": {},
  queued: {},
};

const UPGRADES: Readonly<Record<Upgrade["kind"], Fields>> = { "in-place": {}, surge: {}, "blue-green": {} };

const ENDPOINTS: Readonly<Record<GkeEndpoint["kind"], Fields>> = {
  dns: {},
  private: { from: needed(TEXTS) },
  public: { from: needed(TEXTS) },
};

const GPUS: Fields = {
  accelerator: needed(TEXT),
  zone: needed(TEXT, "such as us-central1-a"),
  machineType: TEXT,
  capacity: {
    is: ["object"],
    kinds: CAPACITIES,
    hint: "take onDemand(), spot(), reservation(…), flexStart() or queued()",
  },
  placement: { is: ["text", "object"], fields: { policy: needed(TEXT) } },
  upgrade: { is: ["object"], kinds: UPGRADES, hint: "take inPlace(), surge() or blueGreen()" },
  disk: object({ type: TEXT }),
  labels: MAP,
  taints: TAINTS,
};

/** `GkeSettings`, as far as other checks look into it. */
export const GKE_SHAPE = {
  project: needed(TEXT, "take the id, such as acme-ai"),
  region: needed(TEXT, "such as us-central1"),
  gpus: { is: ["object"], required: true, fields: GPUS, hint: "name accelerator, nodes and zone" },
  kubernetesVersion: TEXT,
  releaseChannel: TEXT,
  os: TEXT,
  gpuStack: { is: ["text", "object"], fields: { owner: needed(TEXT), driver: TEXT } },
  system: object({ zones: TEXTS, machineType: TEXT }),
  network: object({ cidr: TEXT, nat: FLAG }),
  access: object({
    endpoint: {
      is: ["object"],
      kinds: ENDPOINTS,
      hint: "take dnsEndpoint(), privateEndpoint(…) or publicEndpoint(…)",
    },
    admins: TEXTS,
    securityGroup: TEXT,
  }),
  encryption: object({ key: { required: true, hint: "name the key, or leave encryption out" } }),
  logs: TEXTS,
  maintenanceWindow: TEXT,
  resourceLabels: MAP,
  protect: FLAG,
  allowReplace: TEXTS,
} satisfies Readonly<Partial<Record<keyof GkeSettings, Shape>>>;
