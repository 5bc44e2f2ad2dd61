import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { listen, type RegisterRequest } from "../cloud/listen.test";
import { type AksArgs } from "./args";
import { AksCluster } from "./cluster";

/** What the engine is told of one resource. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string;
  readonly inputs: JsonObject;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  readonly timeouts: { readonly create: string; readonly delete: string };
}

function registrationOf(request: RegisterRequest, urn: string): Registration {
  const timeouts = request.getCustomtimeouts();
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent(),
    inputs: request.getObject().toJavaScript(),
    dependencies: request.getDependenciesList(),
    provider: request.getProvider(),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deletedWith: request.getDeletedwith(),
    ignoreChanges: request.getIgnorechangesList(),
    timeouts: { create: timeouts?.getCreate() ?? "", delete: timeouts?.getDelete() ?? "" },
  };
}

/** Azure's answer to a request for credentials. */
export const AZURE_KUBECONFIG = [
  "apiVersion: v1",
  "kind: Config",
  "clusters: [{ name: train, cluster: { server: 'https://train.hcp.eastus2.azmk8s.io:443', certificate-authority-data: Q0E= } }]",
  "users: [{ name: admin, user: { client-certificate-data: Q0VSVA==, client-key-data: S0VZ } }]",
].join("\n");

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";

/** Outputs that children read of others, by their type. */
const OUTPUTS: Readonly<Record<string, object>> = {
  "azure-native:managedidentity:UserAssignedIdentity": {
    principalId: "principal",
    clientId: "client",
    tenantId: "tenant",
  },
  "azure-native:compute:DiskEncryptionSet": {
    identity: { principalId: "disks", tenantId: "tenant", type: "SystemAssigned" },
  },
  "azure-native:keyvault:Key": { keyUriWithVersion: "https://train.vault.azure.net/keys/cluster/1" },
  "azure-native:containerservice:ManagedCluster": {
    oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer.test/" },
    identityProfile: { kubeletidentity: { objectId: "kubelet" } },
  },
};

/** The five-line program's target. */
export const five: AksArgs = { location: "eastus2", gpus: { accelerator: "h100", nodes: 4 } };

/** What a program asked of the engine: registrations by name, and calls by token. */
export interface Recording {
  readonly cluster: AksCluster;
  readonly all: readonly Registration[];
  readonly calls: readonly string[];
}

/** Makes a cluster with mocks that answer as Azure does, and waits for all of it. */
export async function recording(args: AksArgs, preview = false): Promise<Recording> {
  const calls: string[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs }) => ({
      // Before there is a cloud's answer there is no identifier.
      id: preview
        ? undefined
        : type.startsWith("azure-native:")
          ? `${SUBSCRIPTION}/resourceGroups/rg/providers/mock/${name}`
          : name,
      state: { name, ...(inputs as object), ...OUTPUTS[type] },
    }),
    call: ({ token }) => {
      calls.push(token);
      return token.endsWith("getClientConfig")
        ? { objectId: "deployer", clientId: "", subscriptionId: "", tenantId: "" }
        : { kubeconfigs: [{ name: "c", value: Buffer.from(AZURE_KUBECONFIG).toString("base64") }] };
    },
  };
  await pulumi.runtime.setMocks(mocks, "project", "test", preview);
  const all = listen(registrationOf);
  const cluster = new AksCluster("train", args);
  await Promise.all(cluster.ready.map((resource) => new Promise((done) => resource.urn.apply(done))));
  return { cluster, all, calls };
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((done) => output.apply(done));
}

/** The last part of a URN. */
export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/** Finds by name; cluster and component share theirs. */
export function finder({ all }: Recording) {
  return (name: string, type = "azure-native:"): Registration => {
    const found = all.find((one) => one.name === name && one.type.startsWith(type));
    assert.ok(found, `${name} is not among ${all.map((one) => one.name).join(", ")}`);
    return found;
  };
}

/** Roles by the end of their name: whom, what and where. */
export const rolesOf = ({ all }: Recording): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries(
    all.flatMap(({ name, inputs }) => (name.startsWith("train-role-") ? [[name.slice(11), inputs]] : [])),
  );
