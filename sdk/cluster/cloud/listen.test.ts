/** What tests of targets and stacks share; no test of its own. */
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { type JsonObject } from "../../json";

/** As much of Pulumi's RegisterResourceRequest as tests assert on. */
export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getAdditionalsecretoutputsList(): string[];
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
  getObject(): { toJavaScript(): JsonObject };
}

type Callback = (error: Error | null, response: { getUrn(): string }) => void;

/** The part of Pulumi's mock monitor that hears of registrations. */
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
}

/**
 * Listens in on the mocks, which tell a test neither dependencies nor options. Call it after `setMocks`.
 *
 * @returns what `describe` makes of each registration, in their order
 */
export function listen<R>(describe: (request: RegisterRequest, urn: string) => R): R[] {
  const monitor = getMonitor() as unknown as Monitor;
  const heard: R[] = [];
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error) heard.push(describe(request, response.getUrn()));
      callback(error, response);
    });
  return heard;
}
