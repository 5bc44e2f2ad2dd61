import * as fs from "node:fs";
import * as path from "node:path";
import { builtinCatalog, parseCriteria, type Recipe, resolve } from "@cairn/sdk/recipe";
import { type EngineEvent, run } from "@cairn/sdk/engine";
import { type Lock } from "@cairn/sdk/lock";
import { tempDir } from "../support";
import { type StandIns } from "./stand-ins";

const ROOT = path.resolve(__dirname, "../../..");
const SUPPLY_CHAIN = path.join(ROOT, "policy-packs/supply-chain");
/** The gpu-cluster pack, which also writes down every resource. */
const GPU_CLUSTER = path.join(ROOT, "tests/clouds/programs/recorder");

/** A resource as policies see it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly parent?: string;
  readonly dependencies: readonly string[];
}

export interface Previewed {
  readonly ok: boolean;
  /** Everything that was said about mistakes and policies. */
  readonly messages: readonly string[];
  readonly resources: readonly Recorded[];
}

const imagesIn = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, index) => (arg === "--image" ? [args[index + 1] ?? ""] : []));

/** A recipe as `cairn lock` would be asked for it: `["--service", "eks", …]`. */
export function recipeFor(args: readonly string[]): Recipe {
  const flags = args.flatMap((arg, index) =>
    arg.startsWith("--") ? [[arg.slice(2), args[index + 1] ?? ""] as const] : [],
  );
  const { region, profile, ...criteria } = Object.fromEntries(flags.filter(([flag]) => flag !== "image"));
  const catalog = builtinCatalog([]);
  const profiles = profile === undefined ? {} : Object.fromEntries([profile.split("=") as [string, string]]);
  return resolve(catalog, parseCriteria(criteria, catalog), { profiles, ...(region !== undefined && { region }) })
    .recipe;
}

/** A copy of a project with a lock. */
export interface LockedProject {
  readonly folder: string;
  readonly lock: Lock;
}

/** Copies a project and locks its recipe with stand-ins. */
export async function lockProject(
  project: string,
  lockArgs: readonly string[],
  parts: StandIns,
): Promise<LockedProject> {
  const folder = path.join(tempDir("cloud"), path.basename(project));
  fs.cpSync(project, folder, { recursive: true, filter: (file) => !/node_modules|[\\/](dist|\.cairn)$/.test(file) });
  // Packages are found from the copy as from the project.
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(path.dirname(folder), "node_modules"));
  const lock = await parts.lock(recipeFor(lockArgs), folder, imagesIn(lockArgs));
  fs.writeFileSync(path.join(folder, KEY), parts.publicKey);
  return { folder, lock };
}

const KEY = "trusted.pub";

/** Previews it offline under both of Cairn's packs, all mandatory. */
export async function previewOffline({ folder, lock }: LockedProject, stack = "dev"): Promise<Previewed> {
  const record = path.join(folder, "record.json");
  const messages: string[] = [];
  const { ok } = await run({
    operation: "preview",
    directory: folder,
    stack,
    offline: true,
    policyPacks: [
      { path: SUPPLY_CHAIN, config: { "image-signature-verified": { exemptions: exempted(lock) } } },
      { path: GPU_CLUSTER },
    ],
    env: {
      PULUMI_CONFIG_PASSPHRASE: "test",
      CAIRN_LOCK: path.join(folder, "cairn.lock.yaml"),
      CAIRN_TRUSTED_KEYS: path.join(folder, KEY),
      CAIRN_TEST_RECORD: record,
    },
    onEvent: (event) => messages.push(...said(event)),
  });
  const resources = fs.existsSync(record) ? (JSON.parse(fs.readFileSync(record, "utf8")) as readonly Recorded[]) : [];
  return { ok, messages, resources };
}

/** What no key of a test can have signed: images that the recipe names by digest. */
export const exempted = ({ images }: Lock) =>
  images
    .filter(({ signature }) => signature.status === "none")
    .map(({ reference: image }) => ({
      image,
      reason: "named by digest in a manifest",
      link: "https://example.com/1",
      expires: "2999-12-31",
    }));

function said(event: EngineEvent): readonly string[] {
  return "message" in event && event.type !== "progress" ? [event.message] : [];
}
