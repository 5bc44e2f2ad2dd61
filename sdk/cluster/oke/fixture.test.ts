import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { listen, type RegisterRequest } from "../cloud/listen.test";
import { gpuMemoryCluster, OkeCluster, type OkeArgs } from ".";

/** What the engine is told about one resource. */
interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly provider: string;
  readonly inputs: JsonObject;
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    readonly replacementTrigger: unknown;
    readonly ignoreChanges: readonly string[];
    readonly dependencies: readonly string[];
    readonly deletedWith: string;
    readonly create: string;
    readonly delete: string;
  };
}

export const shortName = (urn: string): string => urn.split("::").slice(3).join("::");

function describeRequest(request: RegisterRequest, urn: string): Registered {
  const timeouts = request.getCustomtimeouts();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    provider: shortName(request.getProvider()).split("::")[0] ?? "",
    inputs: request.getObject().toJavaScript(),
    options: {
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
      ignoreChanges: request.getIgnorechangesList(),
      dependencies: request.getDependenciesList().map(shortName),
      deletedWith: shortName(request.getDeletedwith()),
      create: timeouts?.getCreate() ?? "",
      delete: timeouts?.getDelete() ?? "",
    },
  };
}

export const LABEL = "all-iad-services-in-oracle-services-network";

/** What Oracle Cloud would answer, as far as it is read. */
const CLOUD: pulumi.runtime.Mocks = {
  newResource: ({ type, name, inputs }) => ({
    id: `ocid1.${name}`,
    state: {
      ...(inputs as object),
      ...(type === "oci:ContainerEngine/cluster:Cluster" && {
        endpoints: [{ privateEndpoint: "10.0.161.5:6443", publicEndpoint: "203.0.113.9:6443" }],
      }),
      ...(type === "oci:Kms/vault:Vault" && { managementEndpoint: "https://vault.example" }),
      ...(type === "oci:Core/vcn:Vcn" && { defaultSecurityListId: "ocid1.default-list" }),
    },
  }),
  call: ({ token }) =>
    token === "oci:Core/getServices:getServices"
      ? { services: [{ id: "ocid1.service.oc1.iad.aaaa", cidrBlock: LABEL }] }
      : { content: "clusters:\n- cluster:\n    certificate-authority-data: LS0tQ0E=\n    server: https://x\n" },
};

export const valueOf = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((done) => output.apply(done));

export class Made {
  constructor(
    readonly cluster: OkeCluster,
    private readonly all: readonly Registered[],
  ) {}

  get urns(): readonly string[] {
    return this.all.map(({ urn }) => urn).sort();
  }

  /** The resource of that name and, where several have it, of that kind. */
  of(name: string, kind = ""): Registered {
    const found = this.all.find(
      (each) => each.name === name && each.type.includes(kind) && !each.type.startsWith("cairn"),
    );
    assert.ok(found, `no ${kind} ${name}`);
    return found;
  }

  named(pattern: RegExp): readonly Registered[] {
    return this.all.filter(({ name }) => pattern.test(name));
  }

  statements(name: string): readonly string[] {
    return this.of(name).inputs["statements"] as readonly string[];
  }

  /** Script and files of first boot. */
  boot(userData: unknown): { readonly files: readonly string[]; readonly script: string } {
    const text = Buffer.from(String(userData), "base64").toString();
    const [head, ...rest] = text.split("\n");
    assert.equal(head, "#cloud-config");
    const { write_files: files } = JSON.parse(rest.join("\n")) as {
      write_files: readonly { path: string; content: string }[];
    };
    return { files: files.map(({ path }) => path), script: files.at(-1)?.content ?? "" };
  }
}

export async function make(args: OkeArgs): Promise<Made> {
  await pulumi.runtime.setMocks(CLOUD, "project", "test");
  const all = listen(describeRequest);
  const cluster = new OkeCluster("train", args);
  await pulumi.runtime.disconnect();
  return new Made(cluster, all);
}

export const H100: OkeArgs = {
  region: "us-ashburn-1",
  compartmentId: "ocid1.compartment.oc1..aaaa",
  gpus: {
    accelerator: "h100",
    nodes: 4,
    availabilityDomain: "Uocm:US-ASHBURN-AD-1",
    image: "ocid1.image.oc1.iad.aaaa",
  },
};
export const TENANCY = "ocid1.tenancy.oc1..aaaa";
export const FABRIC = "ocid1.computegpumemoryfabric.oc1.iad.abcdefghijk";
export const GB200: OkeArgs = {
  ...H100,
  tenancyId: TENANCY,
  gpus: { ...H100.gpus, accelerator: "gb200", nodes: 18, pool: gpuMemoryCluster({ fabrics: [FABRIC] }) },
  system: { image: "ocid1.image.oc1.iad.bbbb" },
};
