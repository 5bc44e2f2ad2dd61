import { readFile } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import {
  checkLock,
  createLock,
  fetchCharts,
  fetchKustomizations,
  findHelm,
  readLock,
  writeLock,
  type Lock,
  type LockedImage,
} from "../../lock";
import { createOciClient } from "../../oci";
import { type Recipe } from "../../recipe";
import { TOOLS } from "../../tools";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { readPublicKeys, shortPaths } from "../files";
import { existingLock, LOCK_FILE, recipeFor } from "../locked";
import { type RecipeSelection } from "../options";
import { type Style } from "../style";
import { count, table } from "../table";
import { Ticker } from "../ticker";

export interface LockOptions extends RecipeSelection {
  readonly cwd: string;
  readonly check?: boolean;
  /** `true` without a component's name. */
  readonly update?: string | true;
  readonly fetch?: boolean;
  readonly kubernetes?: string;
  readonly key?: readonly string[];
  readonly image?: readonly string[];
}

/** `cairn lock`. */
export async function run(options: LockOptions, cli: Cli): Promise<ExitCode> {
  const directory = resolvePath(cli.cwd, options.cwd);
  const file = join(directory, LOCK_FILE);
  if (options.fetch) return fetch(file, cli);
  const previous = existingLock(file);
  const recipe = await recipeFor(options, previous, cli);
  if (options.check) return check(file, recipe, cli);
  return make(file, recipe, previous, options, cli);
}

async function fetch(file: string, cli: Cli): Promise<ExitCode> {
  const lock = readLock(file);
  const client = createOciClient();
  const into = { cacheDir: cacheBeside(file), signal: cli.signal };
  await fetchCharts(lock, { client, helm: findHelm(), ...into });
  await fetchKustomizations(lock, into);
  const { charts, kustomizations = {} } = lock;
  await cli.print(
    { file, charts: Object.keys(charts), kustomizations: Object.keys(kustomizations) },
    () => `${cli.style.good("✓")} ${sourceCounts(lock).join(", ")} in the cache`,
  );
  return EXIT.ok;
}

async function check(file: string, recipe: Recipe, cli: Cli): Promise<ExitCode> {
  const reasons = checkLock(readLock(file), recipe);
  const fresh = reasons.length === 0;
  const name = shortPaths(file, cli);
  await cli.print({ file, fresh, reasons }, () =>
    fresh
      ? `${cli.style.good("✓")} ${name} is up to date`
      : [
          `${cli.style.bad("✗")} ${name} is not up to date`,
          ...reasons.map((reason) => `  ${reason}`),
          `→ run ${cli.style.command("cairn lock")}`,
        ].join("\n"),
  );
  return fresh ? EXIT.ok : EXIT.checkFailed;
}

async function make(
  file: string,
  recipe: Recipe,
  previous: Lock | undefined,
  options: LockOptions,
  cli: Cli,
): Promise<ExitCode> {
  let doing = "reading the recipe";
  const ticker = new Ticker(cli.stderr, () => doing);
  try {
    const lock = await createLock(recipe, {
      client: createOciClient(),
      cacheDir: cacheBeside(file),
      kubernetes: { version: options.kubernetes ?? previous?.kubernetes.version ?? TOOLS["kube-apiserver"].version },
      trustedKeys: readPublicKeys(options.key, cli),
      extraImages: [...new Set([...addedByHand(previous), ...(options.image ?? [])])],
      ...(previous && { previous }),
      ...(options.update !== undefined && { update: options.update === true ? "all" : [options.update] }),
      signal: cli.signal,
      onWarning: (message) => {
        ticker.clear();
        cli.stderr.write(`warning: ${message}\n`);
      },
      onProgress: (message) => void (doing = message),
    });
    ticker.stop();
    const before = previous && (await readFile(file, "utf8"));
    writeLock(file, lock);
    const changed = before !== (await readFile(file, "utf8"));
    await cli.print(lockDocument(file, lock, changed), () =>
      lockText(shortPaths(file, cli), lock, changed, options, cli.style),
    );
    return EXIT.ok;
  } finally {
    ticker.stop();
  }
}

/** What was fetched, for people: kustomizations are rare. */
function sourceCounts({ charts, kustomizations = {} }: Lock): readonly string[] {
  const ofKustomizations = Object.keys(kustomizations).length;
  return [
    count(Object.keys(charts).length, "chart"),
    ...(ofKustomizations > 0 ? [count(ofKustomizations, "kustomization")] : []),
  ];
}

const cacheBeside = (file: string): string => join(file, "..", ".cairn", "cache");

/** Images of an earlier `--image`: a lock is made again from what it was made of. */
const addedByHand = (lock: Lock | undefined): readonly string[] =>
  (lock?.images ?? []).filter(({ components }) => components.length === 0).map(({ reference }) => reference);

function lockDocument(file: string, lock: Lock, changed: boolean): object {
  const { recipe, kubernetes, helm, charts, kustomizations = {}, images } = lock;
  return {
    file,
    changed,
    recipe,
    kubernetes: kubernetes.version,
    helm,
    charts,
    kustomizations,
    images: images.map(({ reference, digest, components, signature }) => ({
      reference,
      digest,
      components,
      signature: signature.status,
    })),
  };
}

function lockText(name: string, lock: Lock, changed: boolean, { image = [] }: LockOptions, style: Style): string {
  const signed = lock.images.filter(({ signature }) => signature.status === "verified").length;
  const unproven = lock.images.filter(({ signature }) => signature.status !== "verified");
  const added = lock.images.filter(({ components }) => image.length > 0 && components.length === 0);
  return [
    `${style.good("✓")} ${name} ${changed ? "written" : "unchanged"}`,
    `  ${sourceCounts(lock).join(", ")}, ${count(lock.images.length, "image")}, ${signed} signed by a trusted key`,
    ...(unproven.length > 0 ? [table(unproven.map((entry) => unprovenRow(entry, style)))] : []),
    ...(added.length > 0 ? ["", "Locked by hand; write them so:", ...added.map(pinned)] : []),
    `→ next: ${style.command("cairn preview")}`,
  ].join("\n");
}

const pinned = ({ reference, digest }: LockedImage): string => `  ${reference}@${digest}`;

function unprovenRow({ reference, signature }: LockedImage, style: Style): readonly string[] {
  const why = signature.status === "unverified" ? signature.reason.split("\n")[0] : "no signature";
  return [style.warn("!"), reference, style.faint(why ?? "")];
}
