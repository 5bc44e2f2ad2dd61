import { CairnError, messageOf } from "../../errors";
import { type ApiResource, connect, findKubeconfig, type KubeClient } from "../../kube";
import { type ProviderConfig } from "./config";
import { Watches } from "./watches";

/**
 * The API server of a provider, contacted when first needed. One that cannot be reached is asked once only, so that a preview without a
 * cluster does not wait for each resource; it is an error for the operations that need a server.
 */
export class Cluster {
  #client: Promise<KubeClient> | undefined;
  #watches: Watches | undefined;
  /** Scope of kinds whose CRDs this program makes, known before the server serves them. */
  readonly #planned = new Map<string, boolean>();

  constructor(private readonly config: ProviderConfig) {}

  /** @throws KubeError, CairnError KUBECONFIG_INVALID or KUBE_UNCONFIGURED */
  client(): Promise<KubeClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async watches(): Promise<Watches> {
    const client = await this.client();
    this.#watches ??= new Watches(client);
    return this.#watches;
  }

  /** Why there is no cluster to talk to, or `undefined`. */
  async unreachable(): Promise<string | undefined> {
    return this.client().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
  }

  /** Where namespaced objects go that name no namespace. */
  async defaultNamespace(): Promise<string> {
    if (this.config.namespace !== undefined) return this.config.namespace;
    return this.client().then(
      ({ namespace }) => namespace,
      () => "default",
    );
  }

  /** Remembers the kind that a CRD will define. */
  plan(group: string, kind: string, namespaced: boolean): void {
    this.#planned.set(`${group}/${kind}`, namespaced);
  }

  /** `undefined` when nobody knows yet: no cluster, or a custom resource whose definition is not there. */
  async isNamespaced(apiVersion: string, kind: string): Promise<boolean | undefined> {
    const group = groupOf(apiVersion);
    const planned = this.#planned.get(`${group}/${kind}`);
    if (planned !== undefined) return planned;
    const resources = await this.client().then(
      (client) => client.resources(),
      (): readonly ApiResource[] => [],
    );
    return resources.find((resource) => resource.kind === kind && groupOf(resource.groupVersion) === group)?.namespaced;
  }

  async close(): Promise<void> {
    this.#watches?.close();
    await this.#client?.then(
      (client) => client.close(),
      () => {},
    );
  }

  async #connect(): Promise<KubeClient> {
    const source = findKubeconfig(this.config.kubeconfig);
    if (source === undefined)
      throw new CairnError("KUBE_UNCONFIGURED", "there is no kubeconfig", {
        kind: "could-not-check",
        hint: "set KUBECONFIG, or give the kubernetes provider a kubeconfig",
      });
    const { context } = this.config;
    const client = connect(source.text, { directory: source.directory, ...(context === undefined ? {} : { context }) });
    try {
      await client.resources();
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
