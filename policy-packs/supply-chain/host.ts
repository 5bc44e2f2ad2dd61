import { stat } from "node:fs/promises";
import { createHash } from "node:crypto";
import { delimiter, resolve } from "node:path";
import { messageOf } from "@cairn/sdk/errors";
import { readTextFile } from "@cairn/sdk/files";
import { readLock } from "@cairn/sdk/lock";
import { verifyImageBundle } from "@cairn/sdk/sigstore";
import { type Config } from "./config";
import { joined, viewOf, type LockView } from "./rules";

/** What the policies need of the world around them. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths of the configuration start. */
  readonly directory: string;
  now(): Date;
  /** @throws CairnError when there is no lock or it cannot be read */
  readLock(path: string): Promise<LockView>;
  readKey(path: string): string;
  /** @throws when `bundle` is not a signature over `digest` by one of `keys` */
  verify(bundle: string, digest: string, keys: readonly string[]): Promise<void>;
}

/** This process. Locks are read once for each change of the file, signatures are verified once. */
export function processHost(directory: string): Host {
  const locks = memo(readLockView);
  const proofs = memo(([bundle = "", digest = "", ...keys]) => verifyImageBundle(bundle, digest, keys));
  return {
    env: process.env,
    directory,
    now: () => new Date(),
    readLock: async (path) => locks([path, await version(path)]),
    readKey: (path) => readTextFile(path),
    verify: async (bundle, digest, keys) => void (await proofs([bundle, digest, ...keys])),
  };
}

function readLockView([path = ""]: readonly string[]): LockView {
  return viewOf(readLock(path), path);
}

/** Changes when the file does; `readLock` is left to say that it is missing. */
const version = (path: string): Promise<string> =>
  stat(path).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs}-${size}-${ino}`,
    () => "missing",
  );

/** Remembers results and errors alike: the same bytes do not become valid by asking again. */
function memo<T>(compute: (key: readonly string[]) => T): (key: readonly string[]) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const id = createHash("sha256").update(JSON.stringify(key)).digest("base64");
    const found = known.get(id) ?? Promise.resolve(key).then(compute);
    known.set(id, found);
    return found;
  };
}

const listed = (paths = ""): readonly string[] => paths.split(delimiter).filter((path) => path !== "");

/** The locks that the configuration or the environment names, as one, or why there is none. */
export async function openLocks(config: Config, host: Host): Promise<LockView | string> {
  const paths = config.locks ?? listed(host.env["CAIRN_LOCK"]);
  if (paths.length === 0)
    return "there is no lock to compare images with; run `cairn lock`, then set CAIRN_LOCK or the policy's `locks` to the path of cairn.lock.yaml";
  try {
    return joined(await Promise.all(paths.map((path) => host.readLock(resolve(host.directory, path)))));
  } catch (error) {
    return `the lock cannot be used: ${messageOf(error).replaceAll("\n", " ")}`;
  }
}

/** The public keys that the configuration or the environment names, or why there are none. */
export async function openKeys(config: Config, host: Host): Promise<readonly string[] | string> {
  const paths = config.keys ?? listed(host.env["CAIRN_TRUSTED_KEYS"]);
  if (paths.length === 0)
    return "no key is trusted to sign images, so no signature can be accepted; set the policy's `keys` or CAIRN_TRUSTED_KEYS to PEM files with public keys";
  try {
    return paths.map((path) => host.readKey(resolve(host.directory, path)));
  } catch (error) {
    return `a trusted key cannot be read: ${messageOf(error)}`;
  }
}
