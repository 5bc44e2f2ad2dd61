import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { lockProject, previewOffline, type Previewed, type Recorded } from "./preview";
import { type StandIns, standIns } from "./stand-ins";

const ROOT = path.resolve(__dirname, "../../..");
const STACKS = path.join(ROOT, "stacks");
const SNAPSHOTS = path.join(ROOT, "tests", "clouds", "snapshots");

const stacks = fs.readdirSync(STACKS).filter((name) => fs.existsSync(path.join(STACKS, name, "Pulumi.yaml")));

/** What is asked of `cairn lock` by the stack's own script. */
function lockArgs(stack: string): readonly string[] {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(STACKS, stack, "package.json"), "utf8")) as {
    readonly scripts: { readonly lock: string };
  };
  const [cairn, lock, ...args] = scripts.lock.split(" ");
  assert.deepEqual([cairn, lock], ["cairn", "lock"]);
  return args;
}

/** What the cloud is asked for, for a reader; of the recipe's own objects only how many. */
function snapshotOf({ resources }: Previewed): string {
  const nameOf = (urn: string) => urn.split("::").slice(2).join(" ").split("$").at(-1);
  const own = resources.filter(({ urn }) => !urn.includes("cairn:stack:RecipeStack"));
  const described = own.map((resource): [string, object] => [
    `${resource.type} ${resource.name}`,
    describeResource(resource),
  ]);
  function describeResource({ type, props: all, protect, ignoreChanges, dependencies, parent }: Recorded): object {
    // The lock of a test has other signatures each time.
    const props = type.endsWith(":ValidationPhase")
      ? { phase: all["phase"], ...(all["declared"] !== undefined && { declared: all["declared"] }) }
      : all;
    return {
      ...(parent !== undefined && { parent: nameOf(parent) }),
      ...(protect && { protect }),
      ...(ignoreChanges.length > 0 && { ignoreChanges }),
      ...(dependencies.length > 0 && { dependsOn: dependencies.map(nameOf).sort() }),
      ...(Object.keys(props).length > 0 && { props }),
    };
  }
  // Registration is concurrent: its order says nothing.
  described.sort(([a], [b]) => (a < b ? -1 : 1));
  const components = resources.filter(({ type }) => type === "cairn:stack:Component").map(({ name }) => name);
  return stringify({ resources: Object.fromEntries(described), components: components.sort() }, { lineWidth: 0 });
}

describe("a reference stack, previewed offline under both policy packs", function () {
  this.timeout(180_000);
  let parts: StandIns;
  before(async () => (parts = await standIns()));

  for (const stack of stacks)
    it(`${stack}: has a README of its settings, costs, quotas and time, and reads every setting`, () => {
      const read = (file: string) => fs.readFileSync(path.join(STACKS, stack, file), "utf8");
      const readme = read("README.md");
      for (const heading of ["What it costs", "What to ask for first", "How long it takes", "Take it down"])
        assert.match(readme, new RegExp(`^## ${heading}\\n\\n\\S`, "m"));
      const { config } = parse(read("Pulumi.dev.yaml")) as { readonly config: Readonly<Record<string, unknown>> };
      const set = Object.keys(config).map((key) => key.replace(`${stack}:`, ""));
      const described = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
      const asked = [...read("index.ts").matchAll(/config\.(?:require|get)\w*(?:<[^(]*>)?\("(\w+)"\)/g)].map(
        ([, name]) => name,
      );
      assert.deepEqual([described.sort(), [...new Set(asked)].sort()], [[...set].sort(), [...set].sort()]);
    });

  it("is there for each that is promised", () => {
    assert.deepEqual(stacks, [
      "aks-h100-training",
      "eks-gb200-training",
      "eks-h100-training",
      "eks-inference-nim",
      "gke-a4x-training",
      "gke-h100-training",
      "oke-gb200-training",
      "oke-h100-training",
    ]);
  });

  for (const stack of stacks)
    it(`${stack}: passes, and asks the cloud for what was reviewed`, async () => {
      const previewed = await previewOffline(await lockProject(path.join(STACKS, stack), lockArgs(stack), parts));
      assert.deepEqual(previewed.messages, []);
      assert.equal(previewed.ok, true);
      const file = path.join(SNAPSHOTS, `${stack}.yaml`);
      const found = snapshotOf(previewed);
      // Written anew with UPDATE_SNAPSHOTS=1, for review in a diff.
      if (process.env["UPDATE_SNAPSHOTS"] === "1") fs.writeFileSync(file, found);
      assert.equal(found, fs.readFileSync(file, "utf8"));
    });
});
