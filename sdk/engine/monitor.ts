import * as grpc from "@grpc/grpc-js";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { type IResourceMonitorServer, ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { type Deployment, type Registered } from "./deploy/deployment";
import { goalOf, readGoalOf, unsupported } from "./deploy/goal";
import { channelOptions, fromStruct, handle, listen, toStruct } from "./hosts/grpc";
import { type ResolvedConfig } from "./project";
import { type Reporter } from "./reporter";
import { hasUnknown, plain } from "./wire";

const {
  RESOURCE_MONITOR_FEATURE_SECRETS: SECRETS,
  RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES: RESOURCE_REFERENCES,
  RESOURCE_MONITOR_FEATURE_ALIAS_SPECS: ALIAS_SPECS,
  RESOURCE_MONITOR_FEATURE_DELETED_WITH: DELETED_WITH,
  RESOURCE_MONITOR_FEATURE_REPLACE_WITH: REPLACE_WITH,
  RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER: REPLACEMENT_TRIGGER,
  RESOURCE_MONITOR_FEATURE_TRANSFORMS: TRANSFORMS,
  RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS: INVOKE_TRANSFORMS,
  RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS: HOOKS,
  RESOURCE_MONITOR_FEATURE_ERROR_HOOKS: ERROR_HOOKS,
  RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS: STATE_MIGRATIONS,
} = resource.ResourceMonitorFeature;

/** What we do, and what we claim only to refuse it in our own words: the SDK would tell people to update a CLI that they don't have. */
const FEATURES = [SECRETS, RESOURCE_REFERENCES, ALIAS_SPECS, DELETED_WITH, REPLACEMENT_TRIGGER];
const REFUSED = [REPLACE_WITH, TRANSFORMS, INVOKE_TRANSFORMS, HOOKS, ERROR_HOOKS, STATE_MIGRATIONS];
const FEATURE_IDS = ["secrets", "resourceReferences", "aliasSpecs", "deletedWith"];

const { INFO, WARNING, ERROR } = engine.LogSeverity;
/** The SDK's debug messages (several for each resource, with its properties) go no further. */
const SEVERITIES: Partial<Record<engine.LogSeverity, "info" | "warning" | "error">> = {
  [INFO]: "info",
  [WARNING]: "warning",
  [ERROR]: "error",
};

export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  readonly parallel: number;
  readonly preview: boolean;
  readonly config: ResolvedConfig;
  readonly reporter: Reporter;
}

/** Pulumi's ResourceMonitor and Engine services, as the language host and providers call them. */
export class Monitor {
  private readonly server = new grpc.Server(channelOptions);
  private attached: (deployment: Deployment) => void = () => undefined;
  private readonly target = new Promise<Deployment>((resolve) => (this.attached = resolve));
  private root = "";

  private constructor(private readonly options: MonitorOptions) {}

  static async start(options: MonitorOptions): Promise<readonly [Monitor, address: string]> {
    const monitor = new Monitor(options);
    monitor.server.addService(ResourceMonitorService, monitor.resourceMonitor());
    monitor.server.addService(EngineService, monitor.engine());
    return [monitor, await listen(monitor.server)];
  }

  /** Registrations go here. Those of a program that was quicker to start wait for it. */
  attach(deployment: Deployment): void {
    this.attached(deployment);
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private resourceMonitor(): IResourceMonitorServer {
    const refuse = (feature: string) =>
      handle<unknown, never>(() => {
        throw unsupported(feature);
      });
    return {
      supportsFeature: handle((request: resource.SupportsFeatureRequest) => {
        const response = new resource.SupportsFeatureResponse();
        response.setHassupport(FEATURE_IDS.includes(request.getId()));
        return response;
      }),
      getDeploymentInfo: handle(() => this.deploymentInfo()),
      registerResource: handle(async (request: resource.RegisterResourceRequest) =>
        registered(await (await this.target).register(goalOf(request))),
      ),
      registerResourceOutputs: handle(async (request: resource.RegisterResourceOutputsRequest) => {
        await (await this.target).registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
        return new Empty();
      }),
      readResource: handle(async (request: resource.ReadResourceRequest) => {
        const { urn, outputs } = await (await this.target).read(readGoalOf(request));
        const response = new resource.ReadResourceResponse();
        response.setUrn(urn);
        response.setProperties(toStruct(outputs));
        return response;
      }),
      invoke: handle((request: resource.ResourceInvokeRequest) => this.invoke(request)),
      signalAndWaitForShutdown: handle(() => new Empty()),
      call: refuse("calls of resource methods"),
      existsResource: refuse("Resource.exists"),
      registerStackTransform: refuse("stack transforms"),
      registerStackInvokeTransform: refuse("invoke transforms"),
      registerResourceHook: refuse("resource hooks"),
      registerErrorHook: refuse("error hooks"),
      registerPackage: refuse("parameterized packages"),
    };
  }

  private deploymentInfo(): resource.DeploymentInfo {
    const { project, stack, preview, parallel, config } = this.options;
    const info = new resource.DeploymentInfo();
    info.setProject(project);
    info.setStack(stack);
    info.setOrganization("organization");
    info.setDryrun(preview);
    info.setParallel(parallel);
    info.setConfigsecretkeysList([...config.secretKeys]);
    for (const [key, value] of Object.entries(config.values)) info.getConfigMap().set(key, value);
    info.setSupportedfeaturesList([...FEATURES, ...REFUSED]);
    return info;
  }

  private async invoke(request: resource.ResourceInvokeRequest): Promise<resource.ResourceInvokeResponse> {
    const args = fromStruct(request.getArgs());
    const response = new resource.ResourceInvokeResponse();
    if (request.getTok() === "pulumi:pulumi:getResource") {
      response.setReturn(toStruct(await this.getResource(String(args["urn"]))));
    } else if (hasUnknown(args)) {
      response.setReturn(toStruct({}));
    } else {
      const result = await (
        await this.target
      ).invoke(request.getTok(), plain(args), request.getProvider(), request.getVersion());
      response.setReturn(toStruct(result));
    }
    return response;
  }

  private async getResource(urn: string): Promise<JsonObject> {
    const found = (await this.target).find(urn);
    if (found === undefined) throw new CairnError("URN_UNKNOWN", `there is no resource ${urn} in this run`);
    return { urn, id: found.id, state: found.outputs };
  }

  private engine(): IEngineServer {
    return {
      log: handle((request: engine.LogRequest) => {
        const severity = SEVERITIES[request.getSeverity()];
        if (severity !== undefined) this.options.reporter.diagnostic(severity, request.getMessage(), request.getUrn());
        return new Empty();
      }),
      getRootResource: handle(() => {
        const response = new engine.GetRootResourceResponse();
        response.setUrn(this.root);
        return response;
      }),
      setRootResource: handle((request: engine.SetRootResourceRequest) => {
        this.root = request.getUrn();
        return new engine.SetRootResourceResponse();
      }),
      startDebugging: handle(() => new Empty()),
      requirePulumiVersion: handle(() => new engine.RequirePulumiVersionResponse()),
    };
  }
}

function registered({ urn, id, outputs }: Registered): resource.RegisterResourceResponse {
  const response = new resource.RegisterResourceResponse();
  response.setUrn(urn);
  response.setId(id);
  response.setObject(toStruct(outputs));
  return response;
}
