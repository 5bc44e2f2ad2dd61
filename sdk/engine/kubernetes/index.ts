/**
 * The built-in Kubernetes provider: Pulumi inputs go in, objects on an API server come out, by server-side apply. Ids, names, state and
 * annotations are those of pulumi-kubernetes, so that programs and states move between the two.
 */
import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import { isKubeError } from "../../kube";
import {
  type CheckRequest,
  type CheckResponse,
  type CreateRequest,
  type CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type Provider,
  type ReadRequest,
  type ReadResponse,
  type UpdateRequest,
  type UpdateResponse,
} from "../types";
import { isObject, plain } from "../wire";
import { metadataOf, textOf, timeoutOf, withMetadata } from "./annotations";
import { initialApiVersionOf, inputsFromLive, liveOf, toInputs, toManifest, toState } from "./checkpoint";
import { Cluster } from "./cluster";
import { type ProviderConfig, readConfig, unsupported } from "./config";
import { gateOf } from "./conditions";
import { compare } from "./diff";
import { driftedInputs } from "./drift";
import { idOf, managerOf, refOfId, withKind, withName } from "./identity";
import { remove } from "./remove";
import { untilReady, type Waiting } from "./ready";
import { create, update, type Write } from "./write";

/**
 * @param config - settings of the `kubernetes` provider: kubeconfig, context, namespace and the flags of pulumi-kubernetes
 * @throws CairnError PROVIDER_CONFIG_INVALID, UNSUPPORTED
 */
export function createKubernetesProvider(config: JsonObject): Provider {
  return new KubernetesProvider(readConfig(config));
}

class KubernetesProvider implements Provider {
  readonly #cluster: Cluster;

  constructor(private readonly config: ProviderConfig) {
    this.#cluster = new Cluster(config);
  }

  async check({ urn, type, olds, news, randomSeed }: CheckRequest): Promise<CheckResponse> {
    const before = olds === undefined ? undefined : toManifest(olds);
    const named = withName(withKind(type, toManifest(news)), urn, before, randomSeed);
    this.#plan(named);
    return { inputs: toInputs(await this.#withNamespace(named)), failures: [] };
  }

  async diff({ oldInputs, news, ignoreChanges }: DiffRequest): Promise<DiffResponse> {
    const after = toManifest(news);
    const namespaced = await this.#isNamespaced(after);
    return compare({ olds: toManifest(oldInputs), news: after, namespaced, ignoreChanges, config: this.config });
  }

  async create(request: CreateRequest): Promise<CreateResponse> {
    const manifest = toManifest(request.inputs);
    const fieldManager = managerOf(request.urn, manifest);
    const waiting = this.#waiting(request, manifest);
    const client = await this.#cluster.client();
    const written = await create(client, this.#write(request, manifest, fieldManager));
    const { live, initErrors } = await untilReady(this.#cluster, written, waiting);
    const state = toState({ inputs: manifest, live, fieldManager, initialApiVersion: textOf(manifest["apiVersion"]) });
    return { id: idOf(live), state, ...(initErrors ? { initErrors } : {}) };
  }

  async update(request: UpdateRequest): Promise<UpdateResponse> {
    const { id, oldState, urn } = request;
    const inputs = toManifest(request.inputs);
    const { name, namespace } = refOfId(id, inputs);
    const manifest = withMetadata(inputs, { name, ...(namespace === undefined ? {} : { namespace }) });
    const fieldManager = managerOf(urn, manifest, oldState);
    const waiting = this.#waiting(request, manifest);
    const client = await this.#cluster.client();
    const written = await update(client, this.#write(request, manifest, fieldManager), liveOf(oldState));
    const { live, initErrors } = await untilReady(this.#cluster, written, waiting);
    const initialApiVersion = initialApiVersionOf(oldState, manifest);
    return { state: toState({ inputs, live, fieldManager, initialApiVersion }), ...(initErrors ? { initErrors } : {}) };
  }

  async read({ id, type, urn, inputs, state, signal }: ReadRequest): Promise<ReadResponse | undefined> {
    const unreachable = await this.#cluster.unreachable();
    if (unreachable !== undefined) {
      if (this.config.deleteUnreachable) return undefined;
      if (this.config.skipUpdateUnreachable) return { id, inputs, state };
      throw unreachableError(unreachable);
    }
    const then = liveOf(state);
    const before = withKind(type, Object.keys(then).length > 0 ? then : toManifest(inputs));
    const live = await this.#get(refOfId(id, before), signal);
    if (live === undefined) return undefined;
    const known = isObject(inputs["metadata"]);
    const now = known ? driftedInputs(toManifest(inputs), then, live) : inputsFromLive(live);
    const fieldManager = managerOf(urn, now, state);
    const initialApiVersion = initialApiVersionOf(state, now);
    return { id, inputs: toInputs(now), state: toState({ inputs: now, live, fieldManager, initialApiVersion }) };
  }

  async delete({ id, type, inputs, state, timeout, signal, onProgress }: DeleteRequest): Promise<void> {
    const unreachable = await this.#cluster.unreachable();
    if (unreachable !== undefined) {
      if (this.config.deleteUnreachable) return;
      throw unreachableError(unreachable);
    }
    const live = withKind(type, liveOf(state));
    await remove(this.#cluster, { ref: refOfId(id, live), inputs: plain(inputs), timeout, signal, onProgress });
  }

  invoke(token: string): Promise<JsonObject> {
    return Promise.reject(unsupported(`the function ${token}`));
  }

  close(): Promise<void> {
    return this.#cluster.close();
  }

  #write({ signal, onProgress }: CreateRequest | UpdateRequest, manifest: JsonObject, fieldManager: string): Write {
    return { manifest, fieldManager, config: this.config, signal, onProgress };
  }

  /** Read before anything is written: an annotation that makes no sense must leave nothing behind. */
  #waiting({ signal, onProgress, timeout }: CreateRequest | UpdateRequest, manifest: JsonObject): Waiting {
    const gate = gateOf(manifest, this.config.awaitAll);
    return { gate, timeout: timeoutOf(timeout, manifest), signal, onProgress };
  }

  async #get(ref: ReturnType<typeof refOfId>, signal: AbortSignal) {
    try {
      return await (await this.#cluster.client()).get(ref, signal);
    } catch (error) {
      // Without its definition, a custom resource is gone too.
      if (isKubeError(error, "KUBE_KIND_UNKNOWN")) return undefined;
      throw error;
    }
  }

  #isNamespaced(object: JsonObject): Promise<boolean | undefined> {
    return this.#cluster.isNamespaced(textOf(object["apiVersion"]), textOf(object["kind"]));
  }

  /** Puts a namespaced object that names no namespace into the provider's. A kind that nobody knows yet counts as namespaced. */
  async #withNamespace(object: JsonObject): Promise<JsonObject> {
    if (!isObject(object["metadata"]) || textOf(metadataOf(object)["namespace"]) !== "") return object;
    if ((await this.#isNamespaced(object)) === false) return object;
    return withMetadata(object, { namespace: await this.#cluster.defaultNamespace() });
  }

  #plan(object: JsonObject): void {
    const spec = object["kind"] === "CustomResourceDefinition" && isObject(object["spec"]) ? object["spec"] : {};
    const names = isObject(spec["names"]) ? spec["names"] : {};
    if (typeof spec["scope"] === "string")
      this.#cluster.plan(textOf(spec["group"]), textOf(names["kind"]), spec["scope"] === "Namespaced");
  }
}

function unreachableError(reason: string): CairnError {
  return new CairnError("KUBE_UNREACHABLE", `the cluster of these resources cannot be reached: ${reason}`, {
    kind: "could-not-check",
    hint: "if the cluster is gone for good, run again with PULUMI_K8S_DELETE_UNREACHABLE=true to drop its resources from the state",
  });
}
