import { delimiter, join, parse, resolve, sep } from "node:path";
import { CairnError, messageOf } from "../errors";
import { readTextFile } from "../files";
import { type World } from "./cli";

/**
 * Reads the kubeconfig that was named: the option, else `KUBECONFIG`, else `~/.kube/config`.
 *
 * @throws CairnError `KUBECONFIG_MISSING`
 */
export function readKubeconfig(named: string | undefined, { cwd, env }: World): string {
  const fromEnvironment = env["KUBECONFIG"]?.split(delimiter).find((path) => path !== "");
  const file = resolve(cwd, named ?? fromEnvironment ?? join(env["HOME"] ?? "", ".kube", "config"));
  return readText(
    file,
    "KUBECONFIG_MISSING",
    "name a kubeconfig with --kubeconfig; `cairn up` writes one for a local cluster",
  );
}

/** Text for people: paths below the working directory as they would type them. */
export function shortPaths(text: string, { cwd }: World): string {
  if (cwd === parse(cwd).root) return text;
  return text.replaceAll(cwd + sep, (found: string, at: number) => (/[\w.~/-]/.test(text[at - 1] ?? "") ? found : ""));
}

/** @throws CairnError with `code` and `hint` when the file cannot be read */
export function readText(file: string, code: string, hint: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    throw new CairnError(code, `cannot read ${file}: ${messageOf(error)}`, { hint });
  }
}

/**
 * Public keys from the files that were named, else from those in `CAIRN_TRUSTED_KEYS` (separated like `PATH`).
 *
 * @returns PEM texts; none when none was named
 * @throws CairnError `KEY_MISSING` or `KEY_INVALID`
 */
export function readPublicKeys(named: readonly string[] | undefined, { cwd, env }: World): readonly string[] {
  const paths = named ?? (env["CAIRN_TRUSTED_KEYS"] ?? "").split(delimiter).filter((path) => path !== "");
  return paths.map((path) => readPublicKey(resolve(cwd, path)));
}

function readPublicKey(file: string): string {
  const pem = readText(file, "KEY_MISSING", "name a PEM file with a public key");
  if (pem.includes("-----BEGIN PUBLIC KEY-----")) return pem;
  throw new CairnError("KEY_INVALID", `${file} is not a public key`, {
    hint: "a public key file begins with -----BEGIN PUBLIC KEY-----; `cosign public-key --key cosign.key` prints one",
  });
}
