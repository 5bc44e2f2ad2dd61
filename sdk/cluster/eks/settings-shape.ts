import { type Fields, FLAG, MAP, needed, object, TAINTS, TEXT, TEXTS } from "../cloud/shape";

const IMAGE = object({ type: needed(TEXT), id: TEXT, version: TEXT });

/** `EksArgs`, as far as other checks look into it. */
export const EKS_SHAPE: Fields = {
  region: needed(TEXT, "such as us-west-2"),
  gpus: needed(
    object({
      accelerator: needed(TEXT),
      instanceType: TEXT,
      capacity: object({ type: needed(TEXT), reservation: TEXT, arn: TEXT }),
      zone: TEXT,
      interfaces: { is: ["text", "list"], each: object({}) },
      image: IMAGE,
      labels: MAP,
      taints: TAINTS,
      kubelet: object({}),
    }),
    'gpus: { accelerator: "h100", nodes: 4 }',
  ),
  kubernetesVersion: TEXT,
  os: TEXT,
  gpuStack: TEXT,
  system: object({ instanceType: TEXT, image: IMAGE }),
  network: object({
    cidr: TEXT,
    gpuCidr: TEXT,
    serviceCidr: TEXT,
    zones: TEXTS,
    egress: TEXT,
    systemSubnetIds: { is: ["list"] },
  }),
  access: object({ endpoint: { is: ["text", "object"], fields: { publicRanges: needed(TEXTS) } }, admins: TEXTS }),
  encryption: object({}),
  logs: object({ types: TEXTS }),
  addons: MAP,
  clusterName: TEXT,
  tags: MAP,
  protect: FLAG,
  allowReplace: TEXTS,
};
