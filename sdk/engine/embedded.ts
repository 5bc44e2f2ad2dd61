import { mkdirSync } from "node:fs";
import path from "node:path";
import { CairnError } from "../errors";
import { withLock } from "../files";
import { type JsonObject, type JsonValue } from "../json";
import { deleteAll } from "./deploy/deletions";
import { Deployment } from "./deploy/deployment";
import { Limiter } from "./deploy/limit";
import { refreshAll } from "./deploy/refresh";
import { type StepContext } from "./deploy/steps";
import { type Host } from "./hosts/process";
import { Outbox } from "./hosts/outbox";
import { Monitor } from "./monitor";
import { Policies } from "./policy";
import { programPlace, startProgram } from "./program";
import { loadProject, needsSecrets, type Project, resolveConfig, type ResolvedConfig, stateFile } from "./project";
import { Providers } from "./providers";
import { forgetPending, PREVIEW_MESSAGE, recover, reportPending } from "./recovery";
import { Reporter } from "./reporter";
import { crypterFor } from "./state/crypter";
import { type ResourceState } from "./state/model";
import { StateStore } from "./state/store";
import { type OperationResult, type RunOptions } from "./types";
import { providerProvider } from "./deploy/pseudo";
import { providerPackage, STACK_TYPE } from "./urn";
import { hasUnknown, redact, secret } from "./wire";

const DEFAULT_PARALLEL = 16;

/**
 * Runs an operation with our own engine: Pulumi's language host, dynamic providers and policy packs as real processes, over Pulumi's
 * gRPC protocol.
 * @throws CairnError when the operation cannot start; what fails later is in the result
 */
export async function runEmbedded(options: RunOptions): Promise<OperationResult> {
  const start = performance.now();
  const env = { ...process.env, ...options.env };
  const project = loadProject(options.directory, options.stack);
  const file = stateFile(project, env);
  const perform = (): Promise<OperationResult> => runOnStack(options, project, file, env, start);
  if (options.operation === "preview") return perform();
  mkdirSync(path.dirname(file), { recursive: true });
  return withLock(`${file}.lock`, perform, { onWait: refuseSecondWriter });
}

function refuseSecondWriter(pid: number): never {
  throw new CairnError("STATE_LOCKED", `process ${pid} works on this stack`, {
    hint: "wait until it has ended, or stop it",
    kind: "could-not-check",
  });
}

async function runOnStack(
  options: RunOptions,
  project: Project,
  file: string,
  env: NodeJS.ProcessEnv,
  start: number,
): Promise<OperationResult> {
  const crypters = crypterFor(env);
  const write = options.operation !== "preview";
  const store = await StateStore.open({ file, write, crypter: (salt) => crypters(salt ?? project.salt) });
  try {
    const config = resolveConfig(project, needsSecrets(project) ? await crypters(project.salt) : undefined);
    const reporter = new Reporter(options.onEvent ?? (() => undefined));
    for (const key of config.secretKeys) reporter.learn(secret(config.values[key] ?? ""));
    const run = await EmbeddedRun.open({ options, env, project, config, reporter, store, file });
    try {
      await run.perform();
    } finally {
      await run.close();
    }
    return run.result((performance.now() - start) / 1000);
  } finally {
    await store.close();
  }
}

interface Setting {
  readonly options: RunOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly project: Project;
  readonly config: ResolvedConfig;
  readonly reporter: Reporter;
  readonly store: StateStore;
  /** The state file. */
  readonly file: string;
}

class EmbeddedRun {
  private readonly preview: boolean;
  private readonly parallel: number;
  private readonly signal: AbortSignal;
  private readonly limiter: Limiter;
  private readonly providers: Providers;
  private readonly outbox: Outbox | undefined;
  private readonly context: StepContext;
  private stackOutputs: JsonObject = {};

  private constructor(
    private readonly setting: Setting,
    private readonly monitor: Monitor,
    private readonly address: string,
  ) {
    const { options, project, env, config, reporter, store, file } = setting;
    this.preview = options.operation === "preview";
    this.parallel = options.parallel ?? DEFAULT_PARALLEL;
    this.signal = options.signal ?? new AbortController().signal;
    this.limiter = new Limiter(this.parallel);
    this.outbox = store.crypter === undefined || this.preview ? undefined : new Outbox(outboxRoot(file), store.crypter);
    const host = {
      cwd: programPlace(project).cwd,
      env,
      engineAddress: address,
      config: config.values,
      ...(this.outbox === undefined ? {} : { outbox: this.outbox }),
      onLine: (line: string) => reporter.diagnostic("info", line),
    };
    this.providers = new Providers({ host, offline: options.offline ?? false }, (urn) => store.resources.get(urn));
    this.context = {
      preview: this.preview,
      signal: this.signal,
      reporter,
      commit: this.preview ? () => Promise.resolve() : (change) => store.commit(change),
      provider: (state) =>
        providerPackage(state.type) === undefined
          ? this.providers.get(state.provider ?? "")
          : Promise.resolve(providerProvider(this.providers)),
    };
  }

  static async open(setting: Setting): Promise<EmbeddedRun> {
    const { options, project, config, reporter, store, file } = setting;
    if (store.crypter !== undefined && options.operation !== "preview") {
      await recover(store, store.crypter, outboxRoot(file), reporter);
    } else {
      for (const pending of store.pending.values()) reportPending(pending, PREVIEW_MESSAGE, reporter);
    }
    const [monitor, address] = await Monitor.start({
      project: project.name,
      stack: project.stack,
      parallel: options.parallel ?? DEFAULT_PARALLEL,
      preview: options.operation === "preview",
      config,
      reporter,
    });
    return new EmbeddedRun(setting, monitor, address);
  }

  async perform(): Promise<void> {
    const { operation, refresh } = this.setting.options;
    for (const resource of this.setting.store.resources.values()) this.setting.reporter.learn(resource.outputs);
    switch (operation) {
      case "preview":
      case "up":
        return this.deploy(refresh === true ? await this.refresh() : [...this.setting.store.resources.values()]);
      case "refresh":
        await this.refresh();
        return forgetPending(this.setting.store, this.setting.reporter);
      case "destroy":
        return this.destroy(refresh === true ? await this.refresh() : [...this.setting.store.resources.values()]);
    }
  }

  private refresh(): Promise<ResourceState[]> {
    const { store } = this.setting;
    return refreshAll(this.context, this.limiter, store.resources.values(), store.resolve);
  }

  private async destroy(resources: readonly ResourceState[]): Promise<void> {
    const { store, reporter } = this.setting;
    await deleteAll(this.context, this.limiter, resources, store.resolve);
    if (reporter.errors.length === 0 && !this.signal.aborted) await forgetPending(store, reporter);
  }

  private async deploy(resources: readonly ResourceState[]): Promise<void> {
    const { project, config, env, options, reporter, store } = this.setting;
    const onLine = (line: string): void => reporter.diagnostic("info", line);
    const shared = { engineAddress: this.address, env, preview: this.preview, onLine };
    const program = startProgram({ project, config, parallel: this.parallel, ...shared });
    let policies: Policies | undefined;
    try {
      policies = await Policies.start(
        options.policyPacks ?? [],
        { project: project.name, stack: project.stack, ...shared },
        reporter,
      );
      const deployment = new Deployment({
        stack: project.stack,
        project: project.name,
        context: this.context,
        limiter: this.limiter,
        providers: this.providers,
        policies,
        resolve: store.resolve,
        resources,
        pending: store.pending.values(),
        providerConfig: (pkg) => providerConfig(pkg, config),
      });
      this.monitor.attach(deployment);
      await this.follow(program, deployment);
      await policies.analyzeStack(deployment.current);
      this.stackOutputs = stackOutputs(deployment.current.values());
    } finally {
      await program.stop();
      await policies?.close();
    }
  }

  /** Until the program has ended, or a step failed, or we were told to stop; steps in flight always come to their end. */
  private async follow(program: Host, deployment: Deployment): Promise<void> {
    const { reporter } = this.setting;
    const interrupted = new Promise<void>((resolve) => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const code = await Promise.race([program.exited, deployment.failure, interrupted]);
    if (code !== 0) {
      deployment.stop();
      await deployment.idle();
      await program.stop();
      if (typeof code === "number" && reporter.errors.length === 0)
        reporter.diagnostic("error", `the program ended with exit code ${code}`);
      return;
    }
    if (reporter.errors.length === 0 || this.preview) await deployment.finish();
  }

  result(seconds: number): OperationResult {
    const { reporter, store } = this.setting;
    if (this.signal.aborted) reporter.error("interrupted; what was done is saved");
    const outputs = this.setting.options.operation === "destroy" ? {} : this.stackOutputs;
    return {
      ok: reporter.errors.length === 0,
      changes: reporter.changes,
      outputs: visibleOutputs(Object.keys(outputs).length > 0 ? outputs : stackOutputs(store.resources.values())),
      resources: store.resources.size,
      seconds,
      errors: reporter.errors,
    };
  }

  async close(): Promise<void> {
    await this.limiter.idle();
    await this.providers.close();
    this.monitor.stop();
    this.outbox?.close();
  }
}

const outboxRoot = (file: string): string => `${file}.outbox`;

/** `kubernetes:context: …` in the stack's config is a setting of the default provider. */
function providerConfig(pkg: string, config: ResolvedConfig): JsonObject {
  const entries = Object.entries(config.values)
    .filter(([key]) => key.startsWith(`${pkg}:`))
    .map(([key, value]): [string, JsonValue] => [
      key.slice(pkg.length + 1),
      config.secretKeys.includes(key) ? secret(value) : value,
    ]);
  return Object.fromEntries(entries);
}

function stackOutputs(resources: Iterable<ResourceState>): JsonObject {
  for (const resource of resources) if (resource.type === STACK_TYPE) return resource.outputs;
  return {};
}

function visibleOutputs(outputs: JsonObject): Record<string, JsonValue | undefined> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, hasUnknown(value) ? undefined : redact(value)]),
  );
}
