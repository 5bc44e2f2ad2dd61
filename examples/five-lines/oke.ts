import { GpuTrainingCluster } from "@cairn/sdk";
import { oke } from "@cairn/sdk/oke";

const image = "ocid1.image.oc1.iad.aaaaaaaaexample"; // Oracle's GPU image, imported into the tenancy
const gpus = { accelerator: "h100", nodes: 4, availabilityDomain: "Uocm:US-ASHBURN-AD-1", image } as const;
const on = oke({ region: "us-ashburn-1", compartmentId: "ocid1.compartment.oc1..aaaaaaaaexample", gpus });
export const { kubeconfig } = new GpuTrainingCluster("train", { on, platform: "kubeflow" });
