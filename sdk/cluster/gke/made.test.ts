import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { listen } from "../cloud/listen.test";
import { GkeCluster, type GkeSettings } from ".";

/** What the engine is told of one resource. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: JsonObject;
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly deletedWith: string;
  readonly deleteTimeout: string;
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

const record = (): readonly Registration[] =>
  listen((request, urn) => ({
    type: request.getType(),
    name: request.getName(),
    urn,
    inputs: request.getObject().toJavaScript(),
    dependencies: request.getDependenciesList().map(nameOf),
    ignoreChanges: request.getIgnorechangesList(),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deletedWith: nameOf(request.getDeletedwith()),
    deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
  }));

/** What Google Cloud would answer, as far as a program reads it. */
const ANSWERS: Readonly<Record<string, JsonObject>> = {
  "gcp:container/cluster:Cluster": {
    endpoint: "198.51.100.7",
    masterAuth: { clusterCaCertificate: "Y2VydA==" },
    privateClusterConfig: { privateEndpoint: "10.1.0.2" },
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "gke-1.us-central1.gke.goog" } },
  },
  "gcp:projects/serviceIdentity:ServiceIdentity": {
    email: "service-1234@container-engine-robot.iam.gserviceaccount.com",
  },
  "gcp:serviceaccount/account:Account": { email: "nodes@acme-ai.iam.gserviceaccount.com" },
};

export const MOCKS: pulumi.runtime.Mocks = {
  newResource: ({ type, name, inputs }) => ({
    id: `${name}-id`,
    state: { name, ...(inputs as object), ...ANSWERS[type] },
  }),
  call: () => ({}),
};

export const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((done) => output.apply(done));

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly {
    readonly user: { readonly exec: { readonly command: string; readonly args: string[] } };
  }[];
}

/** A cluster that was made under mocks, and what the engine was told. */
export class Made {
  constructor(
    readonly cluster: GkeCluster,
    readonly all: readonly Registration[],
  ) {}

  /** Of the component and the cluster, which share a name, the latter. */
  find(name: string): Registration {
    const found = this.all.findLast((one) => one.name === name && !one.type.startsWith("cairn:"));
    assert.ok(found, `${name} is missing from ${this.all.map((one) => one.name).join(", ")}`);
    return found;
  }

  input(name: string, ...path: readonly (string | number)[]): unknown {
    return path.reduce<unknown>(
      (value, key) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[key],
      this.find(name).inputs,
    );
  }

  async kubeconfig(): Promise<Kubeconfig> {
    return JSON.parse(await valueOf(this.cluster.kubeconfig)) as Kubeconfig;
  }
}

export const SETTINGS: GkeSettings = {
  project: "acme-ai",
  region: "us-central1",
  gpus: { accelerator: "h100", nodes: 4, zone: "us-central1-a" },
};
export async function make(args: GkeSettings): Promise<Made> {
  await pulumi.runtime.setMocks(MOCKS, "project", "test");
  const registrations = record();
  const cluster = new GkeCluster("train", args);
  await Promise.all(cluster.ready.map((resource) => valueOf(resource.urn)));
  return new Made(cluster, registrations);
}
