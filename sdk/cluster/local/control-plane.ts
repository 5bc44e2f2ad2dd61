import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { CairnError } from "../../errors";
import { findTool, TOOLS, toolStatus } from "../../tools";
import { freePorts } from "./ports";
import { processesUnder, stopProcessesUnder, type Process } from "./processes";

/** Where one control plane lives: everything that it writes is under `folder`. */
export interface Place {
  /** Absolute path. */
  readonly folder: string;
  readonly name: string;
}

/** Go's garbage collector takes a fifth of the time of a control plane that holds little: it may wait until a program has half a GiB. */
const LESS_COLLECTING = { GOGC: "800", GOMEMLIMIT: "512MiB" };

/** The programs of a control plane, as kwokctl names them. */
const COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"] as const;

/** Native gang scheduling: alpha in Kubernetes 1.36, off by default. */
const FEATURE_GATES = "GenericWorkload=true,GangScheduling=true";
const ALPHA_APIS = "scheduling.k8s.io/v1alpha2=true";

/** Each is alone. To say so every two seconds is most of what an idle control plane does. */
const NO_ELECTION = [{ key: "leader-elect", value: "false" }];

/** Longest wait for the API server, in seconds; it is up in about 6 on two cores. */
const READY_TIMEOUT_S = 120;

/** Version of the API server that would start: the fitting one on PATH, else the one that set-up installs. */
export function kubernetesVersion(): string {
  const status = toolStatus("kube-apiserver");
  return status.found ? status.version : TOOLS["kube-apiserver"].version;
}

/** Makes and starts a control plane where there is none. */
export async function createControlPlane(place: Place): Promise<void> {
  const configuration = path.join(place.folder, "kwokctl.json");
  fs.mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(configuration, JSON.stringify(await kwokctlConfiguration()));
  await kwokctl(place, [
    ...["create", "cluster", "--config", configuration, "--kubeconfig", path.join(place.folder, "kwokctl.kubeconfig")],
    ...["--wait", `${READY_TIMEOUT_S}s`],
  ]);
}

/** Starts the programs of a control plane that was made before; its objects are kept. */
export async function startControlPlane(place: Place): Promise<void> {
  await kwokctl(place, ["start", "cluster", "--wait", `${READY_TIMEOUT_S}s`]);
}

/**
 * Stops every program of the control plane, also those that an interrupted start left behind.
 *
 * @param grace - Milliseconds to end by themselves. An API server that has lost its etcd takes a minute; etcd survives a kill.
 */
export async function stopControlPlane(place: Place, grace: number): Promise<void> {
  await stopProcessesUnder(path.join(clusterFolder(place), "bin"), grace);
  // kwokctl takes a recorded process id for a running program, also when it is a stranger's or a zombie's by now.
  if (!fs.existsSync(clusterFolder(place))) return;
  const records = path.join(clusterFolder(place), "pids");
  fs.rmSync(records, { recursive: true, force: true });
  fs.mkdirSync(records);
}

/** Running programs of the control plane, by component. */
export function runningComponents(place: Place): readonly Process[] {
  return processesUnder(path.join(clusterFolder(place), "bin"));
}

/** Programs of the control plane that do not run, by component. */
export function missingComponents(place: Place): readonly string[] {
  const running = new Set(runningComponents(place).map(({ program }) => path.basename(program)));
  return COMPONENTS.filter((component) => !running.has(component));
}

/** The kubeconfig of its administrator, with the certificates inline, so that it works wherever it is read. */
export function adminKubeconfig(place: Place): string {
  const folder = clusterFolder(place);
  const document = parse(fs.readFileSync(path.join(folder, "kubeconfig.yaml"), "utf8")) as {
    readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  };
  const server = document.clusters[0]?.cluster.server;
  if (server === undefined) throw new CairnError("LOCAL_CLUSTER_BROKEN", `no cluster in ${folder}/kubeconfig.yaml`);
  const inline = (file: string) => fs.readFileSync(path.join(folder, "pki", file)).toString("base64");
  const { name } = place;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, "certificate-authority-data": inline("ca.crt") } }],
    users: [{ name, user: { "client-certificate-data": inline("admin.crt"), "client-key-data": inline("admin.key") } }],
  });
}

function clusterFolder(place: Place): string {
  return path.join(place.folder, "clusters", place.name);
}

async function kwokctlConfiguration(): Promise<object> {
  const [apiServer, controllerManager, scheduler, kwok, etcd, etcdPeer] = await freePorts(6);
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      kubeVersion: `v${kubernetesVersion()}`,
      kubeFeatureGates: FEATURE_GATES,
      kubeRuntimeConfig: ALPHA_APIS,
      kubeApiserverBinary: findTool("kube-apiserver"),
      kubeControllerManagerBinary: findTool("kube-controller-manager"),
      kubeSchedulerBinary: findTool("kube-scheduler"),
      etcdBinary: findTool("etcd"),
      kwokControllerBinary: findTool("kwok"),
      kubeApiserverPort: apiServer,
      kubeControllerManagerPort: controllerManager,
      kubeSchedulerPort: scheduler,
      kwokControllerPort: kwok,
      etcdPort: etcd,
      etcdPeerPort: etcdPeer,
    },
    componentsPatches: ["kube-controller-manager", "kube-scheduler"].map((name) => ({ name, extraArgs: NO_ELECTION })),
  };
}

async function kwokctl(place: Place, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(findTool("kwokctl"), [...args, "--name", place.name], {
      cwd: place.folder,
      env: { ...LESS_COLLECTING, ...process.env, KWOK_WORKDIR: place.folder, PATH: pathWithKubectl() },
      timeout: (READY_TIMEOUT_S + 30) * 1000,
      maxBuffer: 1 << 24,
    });
  } catch (error) {
    if (error instanceof CairnError) throw error;
    throw controlPlaneFailed(place, (error as { stderr?: string }).stderr ?? String(error), error);
  }
}

/** @param words - What is known of the failure beside what the programs said. */
export function controlPlaneFailed(place: Place, words: string, cause?: unknown): CairnError {
  return new CairnError("LOCAL_CLUSTER_FAILED", `the local control plane ${place.name} did not start`, {
    kind: "could-not-check",
    cause,
    findings: lastWords(place, words),
    hint: "run `cairn doctor`, then run the command again: what is left of it is cleaned up first",
  });
}

/** kwokctl takes the first kubectl on PATH, whatever its version, and would download one where there is none. */
function pathWithKubectl(): string {
  return [path.dirname(findTool("kubectl")), process.env["PATH"] ?? ""].join(path.delimiter);
}

/** The last line of kwokctl and of each program's log: one of them says why. */
function lastWords(place: Place, stderr: string) {
  const logs = COMPONENTS.map((component) => path.join(clusterFolder(place), "logs", `${component}.log`));
  return [
    { message: lastLine(stderr), file: "kwokctl" },
    ...logs
      .filter((file) => fs.existsSync(file))
      .map((file) => ({ message: lastLine(fs.readFileSync(file, "utf8")), file })),
  ].filter((finding) => finding.message !== "");
}

/** Programs that log JSON lines say it in `err` or `msg`. */
function lastLine(text: string): string {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  const words = /^\{.*"msg":"(.*?)".*?(?:"err":"(.*?)"\})?$/.exec(line);
  return [words?.[1], words?.[2]].filter(Boolean).join(": ") || line.slice(0, 400);
}
