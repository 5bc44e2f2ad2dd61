import { spawn } from "node:child_process";
import { resolve } from "node:path";

import * as z from "zod";

import { messageOf } from "../errors";
import { readTextFile } from "../files";
import { KubeError } from "./errors";
import { type Connection, type ExecConfig } from "./kubeconfig";

/** What proves who we are, for one request. */
export interface Credential {
  readonly token?: string | undefined;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Milliseconds since 1970; `undefined` means that it does not expire while we run. */
  readonly expires?: number | undefined;
}

/** Gives the credential of a connection; asks again when it expires or when the server refused it. */
export interface Credentials {
  get(): Promise<Credential>;
  /** Forgets what is cached. `false` when asking again would give the same. */
  refresh(): boolean;
}

// A projected service account token turns over every hour or so; client-go rereads it every minute.
const tokenFileLifetime = 60_000;
const expiryMargin = 30_000;

export function credentialsOf(connection: Connection): Credentials {
  const source = sourceOf(connection);
  if (source === undefined) {
    const fixed = Promise.resolve({ token: connection.token, certificate: connection.certificate });
    return { get: () => fixed, refresh: () => false };
  }
  let cached: Promise<Credential> | undefined;
  let expires = Infinity;
  return {
    get() {
      if (cached === undefined || Date.now() > expires) {
        expires = Infinity;
        cached = source().then((credential) => {
          expires = (credential.expires ?? Infinity) - expiryMargin;
          return { certificate: connection.certificate, ...credential };
        });
        cached.catch(() => (cached = undefined));
      }
      return cached;
    },
    refresh() {
      cached = undefined;
      return true;
    },
  };
}

function sourceOf(connection: Connection): (() => Promise<Credential>) | undefined {
  const { exec, tokenFile } = connection;
  if (exec) return () => runPlugin(exec, connection);
  if (tokenFile !== undefined)
    return async () => ({
      token: readTextFile(tokenFile).trim(),
      expires: Date.now() + tokenFileLifetime + expiryMargin,
    });
  return undefined;
}

const ExecCredential = z.looseObject({
  kind: z.literal("ExecCredential"),
  apiVersion: z.string(),
  status: z.looseObject({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.iso.datetime({ offset: true }).optional(),
  }),
});

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins (2026-08) */
async function runPlugin(exec: ExecConfig, connection: Connection): Promise<Credential> {
  const output = await outputOf(exec, connection);
  const parsed = ExecCredential.safeParse(parseJson(output));
  // The output holds the secret, so the message must not quote it.
  if (!parsed.success || parsed.data.apiVersion !== exec.apiVersion)
    throw pluginError(exec, `did not print an ExecCredential of ${exec.apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.data.status;
  if (token === undefined && (cert === undefined || key === undefined))
    throw pluginError(exec, "gave neither a token nor a certificate with its key");
  return {
    token,
    ...(cert !== undefined && key !== undefined ? { certificate: { cert, key } } : {}),
    expires: expirationTimestamp === undefined ? undefined : Date.parse(expirationTimestamp),
  };
}

function outputOf(exec: ExecConfig, connection: Connection): Promise<string> {
  if (exec.interactiveMode === "Always") throw pluginError(exec, "needs a terminal (interactiveMode: Always)");
  const command = /[\\/]/.test(exec.command) ? resolve(connection.directory, exec.command) : exec.command;
  const info = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: clusterInfo(connection) } : {}) },
  };
  const env = {
    ...process.env,
    ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
  return new Promise((fulfil, reject) => {
    const child = spawn(command, exec.args ?? [], { env, stdio: ["ignore", "pipe", "inherit"], timeout: 60_000 });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (output.length > 1024 * 1024) child.kill();
    });
    child.on("error", (cause) => reject(pluginError(exec, `could not be started: ${messageOf(cause)}`, cause)));
    child.on("close", (code, signal) =>
      code === 0 ? fulfil(output) : reject(pluginError(exec, `failed (${signal ?? `exit code ${code}`})`)),
    );
  });
}

function clusterInfo({ server, ca, serverName, insecure }: Connection) {
  return {
    server,
    ...(ca === undefined ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
    ...(serverName === undefined ? {} : { "tls-server-name": serverName }),
    ...(insecure ? { "insecure-skip-tls-verify": true } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pluginError(exec: ExecConfig, what: string, cause?: unknown): KubeError {
  return new KubeError("KUBE_UNAUTHORIZED", `the credential plugin ${exec.command} ${what}`, {
    kind: "could-not-check",
    hint: hintFor(exec, cause),
    cause,
  });
}

/** As kubectl does: how to install it helps only where it is missing. Its arguments are not quoted: they may hold a secret. */
function hintFor({ command, installHint }: ExecConfig, cause: unknown): string {
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return (
    (isMissing && installHint?.trim()) || `run ${command} by hand, as the kubeconfig does; it may want a new login`
  );
}
