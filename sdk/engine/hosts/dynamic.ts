import path from "node:path";
import { type JsonObject } from "../../json";
import { type Provider } from "../types";
import { PluginProvider } from "./plugin";
import { Host, resolveModule } from "./process";

export interface ProviderHostOptions {
  /** Where the program runs: dynamic providers resolve their modules from there. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly engineAddress: string;
  readonly config: Readonly<Record<string, string>>;
  /** Where the results of calls in flight go, for the case that this process is killed. */
  readonly outbox?: { readonly directory: string; readonly key: string };
  readonly onLine: (line: string) => void;
}

/** The program's own dynamic provider process. */
export async function startDynamicProvider(options: ProviderHostOptions): Promise<Provider> {
  const host = Host.start({
    name: "the dynamic provider",
    module: path.join(__dirname, "dynamic-main.js"),
    args: [options.engineAddress],
    cwd: options.cwd,
    env: {
      ...options.env,
      CAIRN_DYNAMIC_PROVIDER: resolveModule("@pulumi/pulumi/cmd/dynamic-provider", options.cwd),
      CAIRN_OUTBOX: options.outbox?.directory,
      CAIRN_OUTBOX_KEY: options.outbox?.key,
    },
    onLine: options.onLine,
  });
  return connect(host, options, options.config);
}

/** A provider plugin, `pulumi-resource-<name>`. */
export async function startPlugin(
  command: string,
  pkg: string,
  config: JsonObject,
  options: ProviderHostOptions,
): Promise<Provider> {
  const host = Host.start(
    {
      name: path.basename(command),
      module: "",
      args: [options.engineAddress],
      cwd: options.cwd,
      env: options.env,
      onLine: options.onLine,
    },
    command,
  );
  const variables = Object.entries(config).map(([key, value]) => [
    `${pkg}:config:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return connect(host, options, config, Object.fromEntries(variables) as Record<string, string>);
}

async function connect(
  host: Host,
  options: ProviderHostOptions,
  config: JsonObject,
  variables: Record<string, string> = {},
): Promise<Provider> {
  try {
    const port = await host.port(options.onLine);
    const provider = new PluginProvider(`127.0.0.1:${port}`, () => host.stop());
    await provider.configure(config, variables);
    return provider;
  } catch (error) {
    await host.stop();
    throw error;
  }
}
