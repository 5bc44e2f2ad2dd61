import { type Form, TAINT_FORM } from "../cloud/form";

/** `OkeArgs`, as far as other checks look into it. */
export const OKE_FORM: Form = {
  region: "text",
  compartmentId: "text",
  kubernetesVersion: "text",
  gpus: {
    availabilityDomain: "text",
    pool: { "kind!": "text", fabrics: ["text"] },
    capacity: { "kind!": "text" },
    kubernetesVersion: "text",
    labels: { "*": "text" },
    taints: [TAINT_FORM],
  },
  system: { shape: "text", availabilityDomains: ["text"] },
  network: { cidr: "text", podsCidr: "text", servicesCidr: "text", subnets: {} },
  access: { from: ["text"], admins: ["text"] },
  encryption: {},
  imagePolicy: { "keys!": ["anything"] },
  workloads: [{ "namespace!": "text", "serviceAccount!": "text", "allow!": ["text"] }],
  tags: { "*": "text" },
  allowReplace: ["text"],
};
