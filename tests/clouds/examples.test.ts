import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type EngineEvent, run } from "@cairn/sdk/engine";
import { type Lock } from "@cairn/sdk/lock";
import { type Recipe } from "@cairn/sdk/recipe";
import { parse } from "yaml";
import { tempDir } from "../support";
import { exempted } from "./preview";
import { type StandIns, standIns } from "./stand-ins";

const ROOT = path.resolve(__dirname, "../../..");
const EXAMPLES = path.join(ROOT, "examples");
const CAIRN = path.join(ROOT, "sdk/bin/cairn.js");

/** What the README of an example tells to do, as a newcomer does it. */
interface Story {
  readonly example: string;
  /** Scripts of `package.json` that make locks. */
  readonly locks: readonly string[];
  readonly config?: Readonly<Record<string, string>>;
  /** Types of resources that tell what it is about, with how many of them. */
  readonly asks: Readonly<Record<string, number>>;
}

const UNREACHABLE = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "metal", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "metal", user: { token: "none" } }],
  contexts: [{ name: "metal", context: { cluster: "metal", user: "metal" } }],
  "current-context": "metal",
});

/** `five-lines` is compiled, and the reference stacks are the same programs with more said: they are previewed. */
const STORIES: readonly Story[] = [
  {
    example: "own-network",
    locks: ["lock"],
    asks: { "aws:eks/cluster:Cluster": 1, "aws:ec2/vpc:Vpc": 0, "aws:ec2/subnet:Subnet": 0 },
  },
  {
    example: "two-clusters",
    locks: ["lock:training", "lock:inference"],
    asks: { "aws:eks/cluster:Cluster": 1, "gcp:container/cluster:Cluster": 1, "cairn:stack:RecipeStack": 2 },
  },
  {
    example: "component-override",
    locks: ["lock"],
    asks: { "gcp:container/cluster:Cluster": 1, "cairn:stack:Component": 16 },
  },
  {
    example: "custom-target",
    locks: ["lock"],
    config: { kubeconfig: UNREACHABLE },
    asks: { "cairn:stack:RecipeStack": 1, "cairn:stack:Component": 12 },
  },
  {
    // The program that `deploy.mts` drives, with what it configures; driving it takes the `pulumi` CLI.
    example: "automation-api",
    locks: ["lock"],
    config: { project: "acme-ai", region: "us-central1", zone: "us-central1-a", nodes: "2" },
    asks: { "gcp:container/cluster:Cluster": 1, "cairn:stack:RecipeStack": 1 },
  },
];

/** A copy to run in; packages are found from it as from the checkout. */
function copyOf({ example, config }: Pick<Story, "example" | "config">): string {
  const folder = path.join(tempDir("example"), example);
  fs.cpSync(path.join(EXAMPLES, example), folder, {
    recursive: true,
    filter: (file) => !/node_modules|[\\/](dist|\.cairn)$|cairn\.lock\.yaml$/.test(file),
  });
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(path.dirname(folder), "node_modules"));
  if (config !== undefined) {
    const named = Object.entries(config).map(([key, value]) => [`${example}:${key}`, value]);
    fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), JSON.stringify({ config: Object.fromEntries(named) }));
  }
  return folder;
}

interface Locked {
  readonly lock: Lock;
  readonly file: string;
}

/** Does what `cairn lock` would, as a script asks for it, with stand-ins for charts and images. */
async function lockAs(script: string, folder: string, parts: StandIns): Promise<Locked> {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const [cairn, verb, ...args] = scripts[script]?.split(" ") ?? [];
  assert.deepEqual([cairn, verb], ["cairn", "lock"]);
  const { "-C": into = ".", ...flags } = Object.fromEntries(
    args.flatMap((arg, i) => (arg.startsWith("-") ? [[arg, args[i + 1] ?? ""]] : [])),
  );
  const { "--image": image } = flags;
  const selection = Object.entries(flags).filter(([flag]) => flag !== "--image" && flag !== "--key");
  const asked = ["recipe", ...selection.flat(), "-o", "json"];
  const printed = execFileSync(process.execPath, [CAIRN, ...asked], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const recipe = JSON.parse(printed.toString()) as Recipe;
  const beside = path.join(folder, into);
  const lock = await parts.lock(recipe, beside, image === undefined ? [] : [image]);
  return { lock, file: path.join(beside, "cairn.lock.yaml") };
}

const pack = (name: string): string => path.join(ROOT, "policy-packs", name);

describe("an example, previewed offline", function () {
  this.timeout(180_000);
  let parts: StandIns;
  before(async () => (parts = await standIns({ objects: 0 })));

  it("is there for each that is promised, with a README and its project's name", () => {
    const names = fs
      .readdirSync(EXAMPLES)
      .filter((name) => fs.existsSync(path.join(EXAMPLES, name, "package.json")))
      .filter((name) => !["local-training", "unsigned-image"].includes(name));
    assert.deepEqual(names.sort(), [...STORIES.map(({ example }) => example), "five-lines", "policy-in-ci"].sort());
    for (const name of names) {
      assert.ok(fs.existsSync(path.join(EXAMPLES, name, "README.md")), name);
      const { name: project } = parse(fs.readFileSync(path.join(EXAMPLES, name, "Pulumi.yaml"), "utf8")) as {
        readonly name: string;
      };
      assert.equal(project, name);
    }
  });

  for (const story of STORIES)
    it(`${story.example}: is what its README says, and passes the policies that it is about`, async () => {
      const folder = copyOf(story);
      const locks: Locked[] = [];
      for (const script of story.locks) locks.push(await lockAs(script, folder, parts));
      const key = path.join(folder, "release.pub");
      fs.writeFileSync(key, parts.publicKey);
      const exemptions = locks.flatMap(({ lock }) => exempted(lock));
      const events: EngineEvent[] = [];
      await run({
        operation: "preview",
        directory: folder,
        stack: "dev",
        offline: true,
        policyPacks: [
          { path: pack("gpu-cluster") },
          ...(locks.length > 1
            ? [{ path: pack("supply-chain"), config: { "image-signature-verified": { exemptions } } }]
            : []),
        ],
        env: {
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_NODEJS_TRANSPILE_ONLY: "true",
          CAIRN_LOCK: locks.map(({ file }) => file).join(path.delimiter),
          CAIRN_TRUSTED_KEYS: key,
        },
        onEvent: (event) => events.push(event),
      });
      const said = events.flatMap((event) => ("message" in event && event.type !== "progress" ? [event.message] : []));
      assert.deepEqual(said, []);
      const types = events.flatMap((event) => (event.type === "step-done" ? [typeOf(event.urn)] : []));
      const found = Object.keys(story.asks).map((type) => [type, types.filter((one) => one === type).length]);
      assert.deepEqual(Object.fromEntries(found), story.asks);
    });

  it("policy-in-ci: `npm run check` passes, and stops at an open endpoint", async () => {
    const folder = copyOf({ example: "policy-in-ci" });
    const { lock } = await lockAs("lock", folder, parts);
    fs.writeFileSync(path.join(folder, "release.pub"), parts.publicKey);
    const settings = path.join(folder, "supply-chain.json");
    const config = JSON.parse(fs.readFileSync(settings, "utf8")) as Record<string, object>;
    config["image-signature-verified"] = { exemptions: exempted(lock) };
    fs.writeFileSync(settings, JSON.stringify(config));
    // Where it finds packages when there is no workspace around it.
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    const env = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "ci", CAIRN_TRUSTED_KEYS: "release.pub", NO_COLOR: "1" };
    const check = () => execFileSync("npm", ["run", "check"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    assert.match(check().toString(), /✓ preview/);
    const program = path.join(folder, "index.ts");
    const open = `region: "us-central1", access: { endpoint: { kind: "public", from: ["203.0.113.0/28"] } }`;
    fs.writeFileSync(program, fs.readFileSync(program, "utf8").replace('region: "us-central1"', open));
    assert.throws(check, ({ stdout }: { readonly stdout: Buffer }) => /private-endpoint/.test(stdout.toString()));
  });
});

/** `aws:eks/cluster:Cluster` of a URN. */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
