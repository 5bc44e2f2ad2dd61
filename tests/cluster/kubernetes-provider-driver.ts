import { createKubernetesProvider } from "@cairn/sdk/engine/kubernetes";
import { type CheckRequest, type DiffResponse, type Provider } from "@cairn/sdk/engine";

type Json = CheckRequest["news"];

/** One resource as an engine would remember it. */
export interface Made {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Json;
  readonly state: Json;
  readonly initErrors?: readonly string[];
}

export interface StepOptions {
  /** Seconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly seed?: string;
}

/** Calls a provider in the order in which an engine does. */
export class Driver {
  readonly progress: string[] = [];
  readonly provider: Provider;

  constructor(config: Json) {
    this.provider = createKubernetesProvider(config);
  }

  async check(type: string, name: string, news: Json, olds?: Json, seed = name): Promise<Json> {
    const request = { ...this.request(type, name, {}), news, ...(olds ? { olds } : {}), randomSeed: Buffer.from(seed) };
    return (await this.provider.check(request)).inputs;
  }

  async create(type: string, name: string, news: Json, options: StepOptions = {}): Promise<Made> {
    const inputs = await this.check(type, name, news, undefined, options.seed);
    const request = { ...this.request(type, name, options), inputs, timeout: options.timeout ?? 0 };
    return { type, name, inputs, ...(await this.provider.create(request)) };
  }

  async diff(made: Made, news: Json): Promise<DiffResponse> {
    const inputs = await this.check(made.type, made.name, news, made.inputs);
    const { id, inputs: oldInputs, state: oldState } = made;
    return this.provider.diff({ ...this.requestOf(made), id, oldInputs, oldState, news: inputs, ignoreChanges: [] });
  }

  async update(made: Made, news: Json, options: StepOptions = {}): Promise<Made> {
    const inputs = await this.check(made.type, made.name, news, made.inputs);
    const { id, inputs: oldInputs, state: oldState } = made;
    const request = {
      ...this.requestOf(made, options),
      id,
      oldInputs,
      oldState,
      inputs,
      timeout: options.timeout ?? 0,
    };
    return { type: made.type, name: made.name, id, inputs, ...(await this.provider.update(request)) };
  }

  async refresh(made: Made): Promise<Made | undefined> {
    const { id, inputs, state } = made;
    const read = await this.provider.read({ ...this.requestOf(made), id, inputs, state });
    return read && { type: made.type, name: made.name, ...read };
  }

  async delete(made: Made, options: StepOptions = {}): Promise<void> {
    const { id, inputs, state } = made;
    await this.provider.delete({ ...this.requestOf(made, options), id, inputs, state, timeout: options.timeout ?? 0 });
  }

  private requestOf({ type, name }: Made, options: StepOptions = {}) {
    return this.request(type, name, options);
  }

  private request(type: string, name: string, { signal = new AbortController().signal }: StepOptions) {
    const urn = `urn:pulumi:test::provider::${type}::${name}`;
    return { urn, type, preview: false, signal, onProgress: (message: string) => void this.progress.push(message) };
  }
}
