import { type Form, TAINT_FORM } from "../cloud/form";

/** `AksArgs`, as far as other checks look into it. */
export const AKS_FORM: Form = {
  location: "text",
  kubernetesVersion: "text",
  gpus: {
    capacity: { "kind!": "text" },
    upgrade: {},
    labels: { "*": "text" },
    taints: [TAINT_FORM],
    image: {},
    disk: {},
  },
  system: { zones: ["text"] },
  network: { cidr: "text", podCidr: "text", serviceCidr: "text" },
  access: { admins: [{ "objectId!": "text" }], authorizedRanges: ["text"] },
  encryption: { key: {} },
  logs: {},
  upgrades: { window: { "start!": "text" } },
  registries: { "*": "anything" },
  identities: { "*": { "namespace!": "text", "serviceAccount!": "text", "roles!": [{ "role!": "text" }] } },
  tags: { "*": "text" },
  allowReplace: ["text"],
};
