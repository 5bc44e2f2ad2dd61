import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { messageOf } from "../errors";
import { readTextFile } from "../files";
import { ociError } from "./errors";

/** What a registry is told about us. */
export type Credential =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** OAuth2 refresh token, exchanged at the registry's token server. */
  | { readonly kind: "identity-token"; readonly token: string };

/** Looks up the credential of exactly one host (with port). `undefined` means anonymous. */
export type CredentialSource = (host: string) => Promise<Credential | undefined>;

const HELPER_TIMEOUT_MS = 10_000;
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const DockerConfig = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
type DockerConfig = z.infer<typeof DockerConfig>;

/**
 * Credentials of the Docker config (`$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`): `credHelpers`, then `credsStore`, then
 * `auths`. Hosts match exactly, port included, so that no look-alike is handed a password.
 */
export function dockerCredentials(): CredentialSource {
  const file = join(process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "config.json");
  let config: DockerConfig | undefined;
  return async (host) => {
    config ??= readConfig(file);
    return lookUp(config, host);
  };
}

function readConfig(file: string): DockerConfig {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw ociError("OCI_CONFIG_INVALID", `${file} could not be read: ${messageOf(error)}`, { cause: error });
  }
  try {
    return DockerConfig.parse(JSON.parse(text));
  } catch (error) {
    // Neither the parser's message nor its cause: both may quote a password.
    const kind = error instanceof SyntaxError ? "is not JSON" : "has another shape than Docker writes";
    throw ociError("OCI_CONFIG_INVALID", `${file} ${kind}`, { hint: "repair it, or run `docker login` again" });
  }
}

async function lookUp(config: DockerConfig, host: string): Promise<Credential | undefined> {
  const keys = host === "docker.io" ? [DOCKER_HUB_KEY, "index.docker.io", "docker.io"] : [host, `https://${host}`];
  for (const key of keys) {
    const helper =
      own(config.credHelpers, key) ?? (own(config.auths, key) === undefined ? undefined : config.credsStore);
    if (helper !== undefined) return askHelper(helper, key);
    const entry = own(config.auths, key);
    if (entry?.identitytoken) return { kind: "identity-token", token: entry.identitytoken };
    if (entry?.auth) return decodeBasic(entry.auth, host);
  }
  return undefined;
}

const own = <V>(record: Readonly<Record<string, V>> | undefined, key: string): V | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

function decodeBasic(auth: string, host: string): Credential {
  const [username, ...password] = Buffer.from(auth, "base64").toString("utf8").split(":");
  if (!username || password.length === 0)
    throw ociError("OCI_CONFIG_INVALID", `the Docker config's entry for ${host} is not user:password in base64`);
  return { kind: "basic", username, password: password.join(":").replace(/\0+$/, "") };
}

const HelperAnswer = z.object({ Username: z.string(), Secret: z.string().min(1) });

/** `docker-credential-<name> get`: the host on stdin, JSON on stdout. Its output never enters a message: it is a secret. */
function askHelper(name: string, host: string): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    throw ociError("OCI_CONFIG_INVALID", `the Docker config names a credential helper that is not a program name`);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(ociError("OCI_CONFIG_INVALID", `${program} ${why} for ${host}`, { hint: `run \`docker login ${host}\`` }));
    const child = execFile(program, ["get"], { timeout: HELPER_TIMEOUT_MS, maxBuffer: 65_536 }, (error, stdout) => {
      if (error?.killed) return fail("did not answer in time");
      if (error && /credentials not found/i.test(stdout)) return resolve(undefined);
      if (error) return fail("failed");
      const answer = parseHelperAnswer(stdout);
      return answer === undefined ? fail("did not answer with a credential") : resolve(answer);
    });
    child.stdin?.on("error", () => undefined).end(`${host}\n`);
  });
}

function parseHelperAnswer(stdout: string): Credential | undefined {
  try {
    const { Username, Secret } = HelperAnswer.parse(JSON.parse(stdout));
    return Username === "<token>"
      ? { kind: "identity-token", token: Secret }
      : { kind: "basic", username: Username, password: Secret };
  } catch {
    return undefined;
  }
}
