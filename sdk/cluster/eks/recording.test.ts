import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { listen } from "../cloud/listen.test";
import { type EksArgs } from "./args";
import { EksCluster } from "./cluster";

/** What the engine is told of one resource. */
interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: JsonObject;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deletedWith: string;
  readonly provider: string;
  readonly secretOutputs: readonly string[];
}

export const record = (): Registration[] =>
  listen((request, urn) => ({
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    inputs: request.getObject().toJavaScript(),
    dependencies: request.getDependenciesList(),
    protect: request.getProtect(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    deletedWith: request.getDeletedwith(),
    provider: request.getProvider(),
    secretOutputs: request.getAdditionalsecretoutputsList(),
  }));

/** What AWS would answer. */
const AWS: Readonly<Record<string, object>> = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://ABC.gr7.us-west-2.eks.amazonaws.com",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 7 },
  "aws:ec2/placementGroup:PlacementGroup": { name: "train-gpus-placement-1a2b3c" },
  "aws:ec2/capacityReservation:CapacityReservation": {
    availabilityZone: "us-west-2c",
    instanceType: "p5.48xlarge",
    instanceCount: 16,
  },
};

export class Made {
  constructor(
    readonly cluster: EksCluster,
    readonly all: readonly Registration[],
    readonly calls: readonly string[],
  ) {}

  /** The resource of this type whose name ends so. */
  find(type: string, suffix = ""): Registration {
    const name = `train${suffix && `-${suffix}`}`;
    const found = this.all.find((one) => one.type.endsWith(`:${type}`) && one.name === name);
    assert.ok(found, `${type} ${name}; there are ${this.names(type).join(", ")}`);
    return found;
  }

  names(type: string): readonly string[] {
    return this.all.filter((one) => one.type.endsWith(`:${type}`)).map(({ name }) => name);
  }

  /** Types and names of what a resource waits for. */
  after({ dependencies }: Pick<Registration, "dependencies">): readonly string[] {
    return dependencies.map((urn) => urn.split(":").slice(-3).join(":"));
  }
}

export const REFERENCE: EksArgs = { region: "us-west-2", gpus: { accelerator: "h100", nodes: 4 } };

/** Makes a cluster under mocks. */
export async function made(args: Partial<EksArgs> = {}): Promise<Made> {
  const calls: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => ({
        id: id !== undefined && id !== "" ? id : `${name}-id`,
        state: { arn: `arn:aws:iam::123456789012:role/${name}`, ...inputs, ...AWS[type] },
      }),
      call: ({ token, inputs }) => {
        calls.push(`${token} ${String(inputs["name"])}`);
        return { value: "ami-0fromcanonical" };
      },
    },
    "project",
    "test",
    false,
  );
  const registrations = record();
  const resources: pulumi.Resource[] = [];
  const transformations = [({ resource }: pulumi.ResourceTransformationArgs) => void resources.push(resource)];
  const cluster = new EksCluster("train", { ...REFERENCE, ...args } as EksArgs, { transformations });
  await Promise.all(resources.map((resource) => valueOf(resource.urn)));
  return new Made(cluster, registrations, calls);
}

export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply((value) => resolve(value as T)));
}

export const userData = ({ inputs }: Registration): string =>
  Buffer.from(String(inputs["userData"]), "base64").toString();
