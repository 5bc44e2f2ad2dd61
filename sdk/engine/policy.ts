import { existsSync } from "node:fs";
import path from "node:path";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { CairnError, messageOf } from "../errors";
import { type JsonObject } from "../json";
import { type Goal } from "./deploy/goal";
import { channelOptions, credentials, fromStruct, toStruct, unary } from "./hosts/grpc";
import { Host, resolveModule } from "./hosts/process";
import { type PolicySettings, policySettings } from "./policy-config";
import { ReportedFailure, type Reporter } from "./reporter";
import { type ResourceState } from "./state/model";
import { usesTypeScript } from "./project";
import { type PolicyPackRef } from "./types";
import { parseUrn, splitReference } from "./urn";

const { MANDATORY, DISABLED, REMEDIATE } = messages.EnforcementLevel;

export interface PolicyHostOptions {
  readonly engineAddress: string;
  readonly env: NodeJS.ProcessEnv;
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  readonly onLine: (line: string) => void;
}

interface Pack {
  readonly name: string;
  readonly client: AnalyzerClient;
  readonly host: Host;
  readonly remediates: boolean;
}

/** A pack's process, started and configured. @throws CairnError POLICY_PACK_MISSING, POLICY_CONFIG_INVALID, HOST_FAILED */
async function startPack(pack: PolicyPackRef, options: PolicyHostOptions): Promise<Pack> {
  const directory = path.resolve(pack.path);
  const file = path.join(directory, "PulumiPolicy.yaml");
  if (!existsSync(file)) {
    throw new CairnError("POLICY_PACK_MISSING", `${pack.path} has no PulumiPolicy.yaml`, {
      hint: "name the directory of a policy pack",
    });
  }
  const host = Host.start({
    name: `the policy pack ${pack.path}`,
    module: resolveModule("@pulumi/pulumi/cmd/run-policy-pack", directory),
    nodeArguments: ["-r", path.join(__dirname, "hosts", "leash.js")],
    args: [options.engineAddress, directory],
    cwd: directory,
    env: {
      ...options.env,
      // TypeScript takes half a second to load.
      PULUMI_NODEJS_TYPESCRIPT: String(usesTypeScript(file)),
      PULUMI_NODEJS_PROJECT: options.project,
      PULUMI_NODEJS_STACK: options.stack,
      PULUMI_NODEJS_DRY_RUN: String(options.preview),
    },
    onLine: options.onLine,
  });
  try {
    const port = await host.port(options.onLine);
    const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials, channelOptions);
    const info = await unary<messages.AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
    const settings = policySettings(info, pack.config ?? {}, pack.path);
    await configure(client, settings);
    const levels = [...settings.values()].map((setting) => setting.getEnforcementlevel());
    return { name: info.getName(), client, host, remediates: levels.includes(REMEDIATE) };
  } catch (error) {
    await host.stop();
    throw error;
  }
}

async function configure(client: AnalyzerClient, settings: PolicySettings): Promise<void> {
  const request = new messages.ConfigureAnalyzerRequest();
  for (const [name, setting] of settings) request.getPolicyconfigMap().set(name, setting);
  await unary((done) => client.configure(request, done));
}

/** The policy packs of a run: they may change a resource's inputs, and refuse it, before its step. */
export class Policies {
  private constructor(
    private readonly packs: readonly Pack[],
    private readonly preview: boolean,
    private readonly reporter: Reporter,
  ) {}

  static async start(
    packs: readonly PolicyPackRef[],
    options: PolicyHostOptions,
    reporter: Reporter,
  ): Promise<Policies> {
    const started = await Promise.allSettled(packs.map((pack) => startPack(pack, options)));
    const running = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const failed = started.find((each) => each.status === "rejected");
    if (failed !== undefined) {
      await Promise.all(running.map((pack) => pack.host.stop()));
      throw failed.reason;
    }
    return new Policies(running, options.preview, reporter);
  }

  /** Inputs as the remediations of the packs make them, one pack after the other; `undefined` when they stay as they are. */
  async remediate(
    urn: string,
    goal: Goal,
    inputs: JsonObject,
    others: ReadonlyMap<string, ResourceState>,
  ): Promise<JsonObject | undefined> {
    let current = inputs;
    for (const pack of this.packs.filter(({ remediates }) => remediates)) {
      const request = requestOf(urn, goal, current, others);
      const response = await this.ask(pack, () =>
        unary<messages.RemediateResponse>((done) => pack.client.remediate(request, done)),
      );
      for (const remediation of response.getRemediationsList()) {
        current = this.remedied(urn, pack, remediation, current);
      }
    }
    return current === inputs ? undefined : current;
  }

  private remedied(urn: string, pack: Pack, remediation: messages.Remediation, current: JsonObject): JsonObject {
    const properties = remediation.getProperties();
    this.reporter.emit({
      type: "policy",
      urn,
      pack: pack.name,
      policy: remediation.getPolicyname(),
      level: properties === undefined ? "advisory" : "remediate",
      message: remediation.getDiagnostic() || remediation.getDescription(),
    });
    return properties === undefined ? current : { ...internalOf(current), ...fromStruct(properties) };
  }

  async analyze(
    state: ResourceState,
    goal: Goal,
    others: ReadonlyMap<string, ResourceState>,
  ): Promise<readonly messages.AnalyzeDiagnostic[]> {
    if (this.packs.length === 0) return [];
    const request = requestOf(state.urn, goal, state.inputs, others);
    const responses = await Promise.all(
      this.packs.map((pack) =>
        this.ask(pack, () => unary<messages.AnalyzeResponse>((done) => pack.client.analyze(request, done))),
      ),
    );
    return responses.flatMap((response) => response.getDiagnosticsList());
  }

  private async ask<Response>(pack: Pack, call: () => Promise<Response>): Promise<Response> {
    try {
      return await call();
    } catch (cause) {
      throw new CairnError("POLICY_FAILED", `the policy pack ${pack.name} failed: ${messageOf(cause)}`, {
        cause,
        kind: "could-not-check",
      });
    }
  }

  /** Reports violations. A mandatory one fails a preview, and blocks the resource at `up`. @throws ReportedFailure */
  enforce(diagnostics: readonly messages.AnalyzeDiagnostic[], urn: string): void {
    const mandatory = diagnostics.filter((diagnostic) => this.report(diagnostic, urn));
    if (mandatory.length > 0 && !this.preview) throw new ReportedFailure("refused by policy");
  }

  private report(diagnostic: messages.AnalyzeDiagnostic, urn: string): boolean {
    const level = diagnostic.getEnforcementlevel();
    if (level === DISABLED) return false;
    const [pack, policy, message] = [
      diagnostic.getPolicypackname(),
      diagnostic.getPolicyname(),
      diagnostic.getMessage(),
    ];
    const about = diagnostic.getUrn() || urn;
    const isMandatory = level === MANDATORY;
    this.reporter.emit({
      type: "policy",
      urn: about,
      pack,
      policy,
      level: isMandatory ? "mandatory" : "advisory",
      message,
    });
    if (isMandatory) this.reporter.error(`${about}: [${pack}] ${policy}: ${message}`);
    return isMandatory;
  }

  /** Policies over the whole stack, with the outputs of its resources. A mandatory violation is an error of the run. */
  async analyzeStack(resources: ReadonlyMap<string, ResourceState>): Promise<void> {
    if (this.packs.length === 0) return;
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList([...resources.values()].map((state) => stackResource(state, resources)));
    for (const pack of this.packs) {
      const response = await this.ask(pack, () =>
        unary<messages.AnalyzeResponse>((done) => pack.client.analyzeStack(request, done)),
      );
      for (const diagnostic of response.getDiagnosticsList()) this.report(diagnostic, "");
    }
  }

  async close(): Promise<void> {
    for (const pack of this.packs) pack.client.close();
    await Promise.all(this.packs.map((pack) => pack.host.stop()));
  }
}

/** Pulumi's own properties (`__provider`, `__defaults`) are not shown to policies. */
function visibleOf(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith("__")));
}

function internalOf(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key.startsWith("__")));
}

function requestOf(
  urn: string,
  goal: Goal,
  inputs: JsonObject,
  others: ReadonlyMap<string, ResourceState>,
): messages.AnalyzeRequest {
  const { options } = goal;
  const request = new messages.AnalyzeRequest();
  request.setUrn(urn);
  request.setType(goal.type);
  request.setName(goal.name);
  request.setProperties(toStruct(visibleOf(inputs)));
  request.setOptions(
    optionsOf({ ...options, customTimeouts: options.customTimeouts, parent: goal.parent }, options.deleteBeforeReplace),
  );
  request.setProvider(providerOf(goal.provider, others));
  return request;
}

interface AnalyzedOptions {
  readonly protect?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly customTimeouts?: Readonly<Record<string, number>>;
  readonly parent?: string;
}

function optionsOf(options: AnalyzedOptions, deleteBeforeReplace?: boolean): messages.AnalyzerResourceOptions {
  const result = new messages.AnalyzerResourceOptions();
  result.setProtect(options.protect ?? false);
  result.setIgnorechangesList([...(options.ignoreChanges ?? [])]);
  result.setAdditionalsecretoutputsList([...(options.additionalSecretOutputs ?? [])]);
  result.setDeletebeforereplace(deleteBeforeReplace ?? false);
  result.setDeletebeforereplacedefined(deleteBeforeReplace !== undefined);
  result.setParent(options.parent ?? "");
  const timeouts = new messages.AnalyzerResourceOptions.CustomTimeouts();
  timeouts.setCreate(options.customTimeouts?.["create"] ?? 0);
  timeouts.setUpdate(options.customTimeouts?.["update"] ?? 0);
  timeouts.setDelete(options.customTimeouts?.["delete"] ?? 0);
  result.setCustomtimeouts(timeouts);
  return result;
}

function providerOf(
  reference: string,
  others: ReadonlyMap<string, ResourceState>,
): messages.AnalyzerProviderResource | undefined {
  if (reference === "") return undefined;
  const { urn } = splitReference(reference);
  const state = others.get(urn);
  if (state === undefined) return undefined;
  const result = new messages.AnalyzerProviderResource();
  result.setUrn(urn);
  result.setType(state.type);
  result.setName(parseUrn(urn).name);
  result.setProperties(toStruct(visibleOf(state.inputs)));
  return result;
}

function stackResource(state: ResourceState, resources: ReadonlyMap<string, ResourceState>): messages.AnalyzerResource {
  const result = new messages.AnalyzerResource();
  result.setUrn(state.urn);
  result.setType(state.type);
  result.setName(parseUrn(state.urn).name);
  result.setParent(state.parent ?? "");
  result.setProperties(toStruct(visibleOf(state.outputs)));
  result.setDependenciesList([...(state.dependencies ?? [])]);
  result.setOptions(optionsOf(state));
  result.setProvider(providerOf(state.provider ?? "", resources));
  for (const [key, urns] of Object.entries(state.propertyDependencies ?? {})) {
    const list = new messages.AnalyzerPropertyDependencies();
    list.setUrnsList([...urns]);
    result.getPropertydependenciesMap().set(key, list);
  }
  return result;
}
