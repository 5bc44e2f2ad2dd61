import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResourceOptions,
  type AnalyzerInfo,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export interface Violation {
  readonly policy: string;
  readonly level: number;
  readonly message: string;
}

type Properties = Readonly<Record<string, JavaScriptValue>>;

/** A policy pack as Pulumi starts it: a process of its own, spoken to over the analyzer protocol. */
export class PackProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  static async start(directory: string, env: Readonly<Record<string, string>> = {}): Promise<PackProcess> {
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [runner, "127.0.0.1:0", "."], {
      cwd: directory,
      env: { PATH: process.env["PATH"], PULUMI_NODEJS_TYPESCRIPT: "true", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the pack exited with ${code}`))),
    ])) as [string];
    return new PackProcess(child, new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()));
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill();
    await once(this.child, "exit");
  }

  info(): Promise<AnalyzerInfo> {
    return promisify<Empty, AnalyzerInfo>(this.client.getAnalyzerInfo.bind(this.client))(new Empty());
  }

  async configure(
    policies: Readonly<Record<string, { level?: keyof typeof EnforcementLevel; properties?: Properties }>>,
  ): Promise<void> {
    const request = new ConfigureAnalyzerRequest();
    for (const [name, { level = "MANDATORY", properties = {} }] of Object.entries(policies)) {
      const config = new PolicyConfig();
      config.setEnforcementlevel(EnforcementLevel[level]);
      config.setProperties(Struct.fromJavaScript(properties));
      request.getPolicyconfigMap().set(name, config);
    }
    await promisify<ConfigureAnalyzerRequest, Empty>(this.client.configure.bind(this.client))(request);
  }

  async analyze(type: string, name: string, properties: Properties): Promise<readonly Violation[]> {
    const request = new AnalyzeRequest();
    request.setType(type);
    request.setName(name);
    request.setUrn(`urn:pulumi:dev::demo::${type}::${name}`);
    request.setProperties(Struct.fromJavaScript(properties));
    request.setOptions(new AnalyzerResourceOptions());
    const response = await promisify<AnalyzeRequest, AnalyzeResponse>(this.client.analyze.bind(this.client))(request);
    return response.getDiagnosticsList().map((diagnostic) => ({
      policy: diagnostic.getPolicyname(),
      level: diagnostic.getEnforcementlevel(),
      message: diagnostic.getMessage(),
    }));
  }
}
