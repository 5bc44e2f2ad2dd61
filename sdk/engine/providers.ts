import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { onPath } from "../tools";
import { type ProviderHostOptions, startDynamicProvider, startPlugin } from "./hosts/dynamic";
import { type ResourceState } from "./state/model";
import { type CreateRequest, type Provider, type ReadRequest, type UpdateRequest } from "./types";
import { hasUnknown, omit, plain, UNKNOWN } from "./wire";
import { providerPackage, splitReference } from "./urn";

/** The built-in providers, by package name. Each is loaded when first used. */
const BUILT_IN: Readonly<Record<string, (config: JsonObject) => Promise<Provider>>> = {
  kubernetes: async (config) => (await import("./kubernetes/index.js")).createKubernetesProvider(config),
};

const DYNAMIC = "pulumi-nodejs";

export interface ProviderOptions {
  readonly host: ProviderHostOptions;
  readonly offline: boolean;
}

/**
 * The providers of a run by reference (`<urn>::<id>`): those that the program registers, and those in the state that deletes need.
 */
export class Providers {
  private readonly byReference = new Map<string, Promise<Provider>>();

  constructor(
    private readonly options: ProviderOptions,
    private readonly inState: (urn: string) => ResourceState | undefined,
  ) {}

  /** A provider resource was registered, with these inputs. */
  register(urn: string, id: string, type: string, inputs: JsonObject): Promise<Provider> {
    const starting = this.start(providerPackage(type) ?? "", inputs);
    starting.catch(() => undefined); // reported by whoever uses it
    this.byReference.set(`${urn}::${id}`, starting);
    return starting;
  }

  /** @throws CairnError PROVIDER_MISSING, PROVIDER_UNKNOWN */
  get(reference: string): Promise<Provider> {
    const known = this.byReference.get(reference);
    if (known !== undefined) return known;
    const { urn, id } = splitReference(reference);
    const state = this.inState(urn);
    if (state?.id !== id) {
      throw new CairnError("PROVIDER_UNKNOWN", `no provider ${reference} was registered and none is in the state`);
    }
    return this.register(urn, id, state.type, state.inputs);
  }

  private async start(pkg: string, inputs: JsonObject): Promise<Provider> {
    if (hasUnknown(inputs)) return unconfigured;
    const config = omit(plain(inputs), "__internal", "version") as JsonObject;
    if (pkg === DYNAMIC) return startDynamicProvider(this.options.host);
    const command = onPath(`pulumi-resource-${pkg}`, this.options.host.env);
    if (command !== undefined) return startPlugin(command, pkg, config, this.options.host);
    const builtIn = BUILT_IN[pkg];
    if (builtIn !== undefined) return builtIn(config);
    if (this.options.offline) return unconfigured;
    throw new CairnError("PROVIDER_MISSING", `resources of the package "${pkg}" need its provider plugin`, {
      hint: `put pulumi-resource-${pkg} on PATH, or install the pulumi CLI and run \`pulumi plugin install resource ${pkg}\`; \`--offline\` previews without it`,
    });
  }

  async close(): Promise<void> {
    for (const each of await Promise.allSettled([...this.byReference.values()])) {
      if (each.status === "fulfilled") await each.value.close();
    }
  }
}

/** Stands for a provider whose settings are not known yet, or whose plugin is not there: at preview, inputs come back as they are. */
const unconfigured: Provider = {
  check: ({ news }) => Promise.resolve({ inputs: news, failures: [] }),
  diff: () => Promise.resolve({ changes: "unknown", diffs: [], replaces: [], deleteBeforeReplace: false }),
  create: notConfigured,
  update: notConfigured,
  delete: notConfigured,
  read: (request) => {
    const { id, inputs, preview } = request;
    return preview ? Promise.resolve({ id, inputs, state: inputs }) : notConfigured(request);
  },
  invoke: () => Promise.resolve({}),
  close: () => Promise.resolve(),
};

function notConfigured(request: CreateRequest | ReadRequest | UpdateRequest): Promise<never> {
  return Promise.reject(
    new CairnError(
      "PROVIDER_UNCONFIGURED",
      `the provider of ${request.urn} has settings that are not known (${UNKNOWN})`,
    ),
  );
}
