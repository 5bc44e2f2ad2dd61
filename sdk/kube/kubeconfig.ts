import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

import { LineCounter, parseDocument } from "yaml";
import * as z from "zod";

import { CairnError, messageOf, type Finding } from "../errors";
import { readTextFile } from "../files";

// Field names: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ (2026-08).
const Exec = z.looseObject({
  apiVersion: z.enum(["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  interactiveMode: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});

const unsupported = (what: string, instead: string) =>
  z.undefined({ error: `${what} is not supported: ${instead}` }).optional();

const Cluster = z.looseObject({
  server: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": z.string().optional(),
  "proxy-url": z.url().optional(),
});

const User = z.looseObject({
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  exec: Exec.optional(),
  username: unsupported("basic authentication", "Kubernetes dropped it in 1.19, use a token or a certificate"),
  "auth-provider": unsupported("auth-provider", "Kubernetes dropped it in 1.26, use an exec credential plugin"),
  as: unsupported("impersonation", "use a context whose user has the permissions"),
});

const Context = z.looseObject({ cluster: z.string(), user: z.string().optional(), namespace: z.string().optional() });

const named = <S extends z.ZodType, K extends string>(key: K, schema: S) =>
  z
    .array(z.looseObject({ name: z.string(), [key]: schema } as { name: z.ZodString } & Record<K, S>))
    .nullish()
    .transform((list) => list ?? []);

const Kubeconfig = z.looseObject({
  clusters: named("cluster", Cluster),
  users: named("user", User),
  contexts: named("context", Context),
  "current-context": z.string().nullish(),
});

export type ExecConfig = z.infer<typeof Exec>;

/** One context of a kubeconfig with files read and defaults filled in. */
export interface Connection {
  readonly context: string;
  readonly server: string;
  readonly namespace: string;
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly serverName: string | undefined;
  readonly proxy: string | undefined;
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly exec: ExecConfig | undefined;
  /** Relative commands of exec plugins start here. */
  readonly directory: string;
}

export interface KubeconfigOptions {
  /** @default the kubeconfig's `current-context` */
  readonly context?: string;
  /** Relative paths in the kubeconfig start here. @default the working directory */
  readonly directory?: string;
  /** Accept `insecure-skip-tls-verify: true`. @default false */
  readonly allowInsecure?: boolean;
}

const maxBytes = 1024 * 1024;

/** Reads one context. Throws `KUBECONFIG_INVALID` with every finding and its line; never quotes the file. */
export function readConnection(text: string, options: KubeconfigOptions = {}): Connection {
  const config = parse(text);
  const contextName = options.context ?? config["current-context"] ?? "";
  const directory = options.directory ?? process.cwd();
  const context = pick(
    config.contexts,
    contextName,
    "context",
    "pass an existing context, or set current-context",
  ).context;
  const cluster = pick(config.clusters, context.cluster, "cluster", `context ${contextName} names it`).cluster;
  const user =
    context.user === undefined ? {} : pick(config.users, context.user, "user", `context ${contextName} names it`).user;

  if (cluster["insecure-skip-tls-verify"] === true && options.allowInsecure !== true)
    throw invalid(`cluster ${context.cluster} turns TLS verification off`, {
      hint: "put the server's CA into certificate-authority-data and remove insecure-skip-tls-verify",
    });

  const read = (data: string | undefined, file: string | undefined) => content(data, file, directory);
  const cert = read(user["client-certificate-data"], user["client-certificate"]);
  const key = read(user["client-key-data"], user["client-key"]);
  if ((cert === undefined) !== (key === undefined))
    throw invalid(
      `user ${context.user} has a client ${cert ? "certificate without its key" : "key without its certificate"}`,
    );
  return {
    context: contextName,
    server: cluster.server.replace(/\/+$/, ""),
    namespace: context.namespace ?? "default",
    ca: read(cluster["certificate-authority-data"], cluster["certificate-authority"]),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    serverName: cluster["tls-server-name"],
    proxy: cluster["proxy-url"],
    certificate: cert === undefined || key === undefined ? undefined : { cert, key },
    token: user.token,
    tokenFile: user.tokenFile === undefined ? undefined : resolve(directory, user.tokenFile),
    exec: user.exec,
    directory,
  };
}

function parse(text: string): z.infer<typeof Kubeconfig> {
  if (text.length > maxBytes) throw invalid("it is larger than 1 MiB");
  const lineCounter = new LineCounter();
  // prettyErrors would quote the lines around a mistake, and with them keys and tokens.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const findings = document.errors.map(({ code, pos }): Finding => {
      const { line, col } = lineCounter.linePos(pos[0]);
      return { file: "kubeconfig", line, column: col, message: `not valid YAML (${code})` };
    });
    throw invalid("it is not valid YAML", { findings });
  }
  const parsed = Kubeconfig.safeParse(toPlain(document));
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues.map(({ path, message }) => ({
    file: "kubeconfig",
    path: path.map(String).join("."),
    message,
  }));
  throw invalid("it does not have the form of a kubeconfig", { findings });
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalid("it has too many YAML aliases", { cause });
  }
}

function pick<T extends { readonly name: string }>(list: readonly T[], name: string, what: string, hint: string): T {
  const found = list.find((entry) => entry.name === name);
  if (found) return found;
  const known = list.map((entry) => entry.name).join(", ") || "none";
  throw invalid(`there is no ${what} named ${JSON.stringify(name)} (there is: ${known})`, { hint });
}

function content(data: string | undefined, file: string | undefined, directory: string): string | undefined {
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  if (file === undefined) return undefined;
  try {
    return readTextFile(resolve(directory, file));
  } catch (cause) {
    throw invalid(`a file that it names cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function invalid(summary: string, options: { findings?: Finding[]; hint?: string; cause?: unknown } = {}): CairnError {
  return new CairnError("KUBECONFIG_INVALID", `the kubeconfig cannot be used: ${summary}`, options);
}

/** A kubeconfig's text and the directory that its relative paths start from. */
export interface KubeconfigSource {
  readonly text: string;
  readonly directory: string;
}

/**
 * Finds a kubeconfig as kubectl does: what is given (a path or the YAML itself), else the first existing file of `$KUBECONFIG`, else
 * `~/.kube/config`. `undefined` when there is none. A path that is given and cannot be read is a `KUBECONFIG_INVALID`.
 */
export function findKubeconfig(pathOrText = "", env: NodeJS.ProcessEnv = process.env): KubeconfigSource | undefined {
  if (/[\n{]/.test(pathOrText)) return { text: pathOrText, directory: process.cwd() };
  if (pathOrText !== "") {
    const path = pathOrText.replace(/^~(?=\/|$)/, homedir());
    return { text: content(undefined, path, process.cwd()) ?? "", directory: dirname(resolve(path)) };
  }
  const paths = env["KUBECONFIG"]?.split(delimiter).filter((path) => path !== "") ?? [];
  for (const path of paths.length > 0 ? paths : [join(homedir(), ".kube", "config")]) {
    const text = readIfExists(path);
    if (text !== undefined) return { text, directory: dirname(resolve(path)) };
  }
  return undefined;
}

function readIfExists(path: string): string | undefined {
  try {
    return readTextFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw invalid(`${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
