import {
  createOciClient,
  digestOf,
  MEDIA_TYPES,
  parseReference,
  type Credential,
  type Descriptor,
  type OciClient,
} from "@cairn/sdk/oci";
import { say, startHostile, type Answer, type HostileRegistry } from "./hostile";

export const PASSWORD = "hunter2-must-not-leak";
export const BLOB = Buffer.from("hello");
export const EMPTY = Buffer.from("{}");
export const describeBytes = (bytes: Buffer, mediaType = "text/plain"): Descriptor => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});
export const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.imageManifest,
    config: describeBytes(EMPTY, MEDIA_TYPES.empty),
    layers: [describeBytes(BLOB)],
  }),
);
export const DIGEST = digestOf(MANIFEST);
export const FALLBACK = `/v2/app/manifests/${DIGEST.replace(":", "-")}`;

/** Runs `use` against a registry that answers as given, with a client that has a password for it. */
export async function against(
  answers: Readonly<Record<string, Answer>>,
  use: (server: HostileRegistry, client: OciClient) => Promise<void>,
): Promise<void> {
  const server = await startHostile(answers);
  const credentials = (host: string): Promise<Credential | undefined> =>
    Promise.resolve(host === server.host ? { kind: "basic", username: "me", password: PASSWORD } : undefined);
  try {
    await use(server, createOciClient({ mirrors: {}, credentials, timeout: 1000, limits: { referrers: 100 } }));
  } finally {
    await server.stop();
  }
}

export const pull = (server: HostileRegistry, client: OciClient) =>
  client.manifest(parseReference(`${server.host}/app@${DIGEST}`));
export const pullBlob = (server: HostileRegistry, client: OciClient) =>
  client.blob({ registry: server.host, repository: "app" }, describeBytes(BLOB));
export const referrers = (server: HostileRegistry, client: OciClient) =>
  client.referrers({ registry: server.host, repository: "app", digest: DIGEST });

export const MANIFEST_PATH = `GET /v2/app/manifests/${DIGEST}`;
export const BLOB_PATH = `GET /v2/app/blobs/${digestOf(BLOB)}`;
export const REFERRERS_PATH = `GET /v2/app/referrers/${DIGEST}`;
export const index = (manifests: readonly unknown[]): object => ({
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.imageIndex,
  manifests,
});
export const challenge = (realm: string): Answer =>
  say(401, "", { "www-authenticate": `Bearer realm="${realm}",service="s"` });
