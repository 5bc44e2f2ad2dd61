import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { CairnError } from "@cairn/sdk/errors";
import {
  checkLock,
  type CreateLockOptions,
  fetchKustomizations,
  type Lock,
  readLock,
  renderRecipe,
  writeLock,
} from "@cairn/sdk/lock";
import { digestOf, packTar, readTar } from "@cairn/sdk/oci";
import { type ComponentRef, type Recipe } from "@cairn/sdk/recipe";
import { toolStatus } from "@cairn/sdk/tools";
import { tempDir } from "../support";
import { localRecipe, type Published, publish } from "./stack-fixture";

const IMAGE = "registry.cairn.test/demo/metrics:0.4.1";

/** An overlay in one folder, its base in another, and beside them what neither reads. */
const FILES: Readonly<Record<string, string>> = {
  "overlays/prod/kustomization.yaml": `
resources: [../../base, map.yaml]
namePrefix: prod-
patches: [{ path: replicas.yaml }]
`,
  "overlays/prod/map.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: map }, data: { mode: '0755' } }\n",
  "overlays/prod/replicas.yaml":
    "{ apiVersion: apps/v1, kind: Deployment, metadata: { name: metrics }, spec: { replicas: 3 } }\n",
  "base/kustomization.yaml": "resources: [deployment.yaml]\n",
  "base/deployment.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: metrics }
spec:
  selector: { matchLabels: { app: metrics } }
  template:
    metadata: { labels: { app: metrics } }
    spec: { containers: [{ name: metrics, image: "${IMAGE}" }] }
`,
  "docs/README.md": "not needed\n",
  "empty/README.md": "no kustomization here\n",
};

/** A git repository on this machine. */
class Repository {
  readonly folder = tempDir("repository");
  readonly source = pathToFileURL(this.folder).href;

  constructor() {
    this.git("init", "--quiet");
    this.commit(FILES);
    this.git("tag", "--annotate", "--message", "first", "v1.0.0");
  }

  git(...args: readonly string[]): string {
    const author = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false"];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", [...author, ...args], { cwd: this.folder, encoding: "utf8", env }).trim();
  }

  /** Writes files and commits everything that is there. */
  commit(files: Readonly<Record<string, string>>): string {
    for (const [file, content] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
      fs.writeFileSync(path.join(this.folder, file), content);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "change");
    return this.git("rev-parse", "HEAD");
  }
}

const codeIs = (code: string) => (error: unknown) => error instanceof CairnError && error.code === code;

describe("cairn lock of a kustomization, with git and kubectl", function () {
  this.timeout(120_000);
  const gitProtocols = ["file"] as const;
  let published: Published;
  let repository: Repository;
  before(async () => {
    published = await publish();
    repository = new Repository();
  });

  const recipeOf = (by: Partial<ComponentRef> = {}): Recipe => {
    const component: ComponentRef = {
      name: "metrics",
      type: "Kustomize",
      namespace: "monitoring",
      source: repository.source,
      path: "overlays/prod",
      tag: "v1.0.0",
      values: {},
      dependencyRefs: [],
      preManifests: [],
      manifests: [],
      expectedResources: [],
      hooks: {},
      nodeScheduling: {},
      ...by,
    };
    return { ...localRecipe(), componentRefs: [component], deploymentOrder: [component.name] };
  };
  const lockOf = (recipe: Recipe, options: Partial<CreateLockOptions> = {}): Promise<Lock> =>
    published.lock(recipe, { gitProtocols, ...options });
  const render = (recipe: Recipe, lock: Lock, cacheDir = published.cacheDir) =>
    renderRecipe(recipe, lock, {
      scheduling: {
        system: { nodeSelector: {}, tolerations: [] },
        accelerated: { nodeSelector: {}, tolerations: [] },
        gpuNodes: 1,
      },
      cacheDir,
    });

  it("keeps the version of kubectl that rendered, and refuses another minor one", async () => {
    const recipe = recipeOf();
    const lock = await lockOf(recipe);
    const kubectl = toolStatus("kubectl");
    assert.equal(lock.kubectl, kubectl.found && kubectl.version);
    assert.throws(() => render(recipe, { ...lock, kubectl: "1.12.0" }), codeIs("KUBECTL_VERSION"));
    const older = Object.fromEntries(Object.entries(lock).filter(([field]) => field !== "kubectl"));
    assert.equal(render(recipe, older as unknown as Lock).length, 1);
    assert.equal((await published.lock(localRecipe())).kubectl, undefined);
  });

  it("locks the commit of a tag, keeps the folder and its bases, and pins the images that they name", async () => {
    const lock = await lockOf(recipeOf());
    const locked = lock.kustomizations!["metrics"]!;
    assert.deepEqual(locked, {
      source: repository.source,
      path: "overlays/prod",
      tag: "v1.0.0",
      commit: repository.git("rev-parse", "v1.0.0^{commit}"),
      archive: locked.archive,
    });
    const archive = path.join(published.cacheDir, "sha256", locked.archive.slice("sha256:".length));
    assert.deepEqual(
      [...(await readTar(fs.readFileSync(archive))).keys()],
      Object.keys(FILES)
        .filter((file) => /^(base|overlays)\//.test(file))
        .sort(),
    );
    assert.deepEqual(
      lock.images.map(({ reference, components }) => [reference, components]),
      [[IMAGE, ["metrics"]]],
    );
  });

  it("renders what is locked, with the component's namespace, and from the cache the second time", async () => {
    const lock = await lockOf(recipeOf());
    const rendered = render(recipeOf(), lock);
    assert.deepEqual(
      rendered[0]!.objects.map(({ id }) => id),
      ["v1/Namespace/monitoring", "v1/ConfigMap/monitoring/prod-map", "apps/v1/Deployment/monitoring/prod-metrics"],
    );
    const [, map, deployment] = rendered[0]!.objects;
    assert.deepEqual(map?.manifest["data"], { mode: "0755" });
    assert.match(JSON.stringify(deployment?.manifest), /"replicas":3.*demo\/metrics:0\.4\.1@sha256:[0-9a-f]{64}"/);
    const archive = lock.kustomizations!["metrics"]!.archive.slice("sha256:".length);
    const kept = path.join(published.cacheDir, "sha256", archive);
    fs.renameSync(kept, `${kept}.away`);
    assert.deepEqual(render(recipeOf(), lock), rendered);
    fs.renameSync(`${kept}.away`, kept);
  });

  it("survives its file, and a second lock is the same to the byte, in another cache too", async () => {
    const lock = await lockOf(recipeOf());
    const file = path.join(tempDir("lock"), "cairn.lock.yaml");
    writeLock(file, lock);
    assert.deepEqual(readLock(file), lock);
    assert.deepEqual(await lockOf(recipeOf(), { cacheDir: tempDir("cache") }), lock);
  });

  it("is brought to another machine by `--fetch`, and needs git no longer", async () => {
    const lock = await lockOf(recipeOf());
    const cacheDir = tempDir("cache");
    assert.throws(() => render(recipeOf(), lock, cacheDir), codeIs("CHART_NOT_CACHED"));
    await fetchKustomizations(lock, { cacheDir, gitProtocols });
    assert.deepEqual(render(recipeOf(), lock, cacheDir), render(recipeOf(), lock));
  });

  it("takes a commit for a tag", async () => {
    const commit = repository.git("rev-parse", "v1.0.0^{commit}");
    const lock = await lockOf(recipeOf({ tag: commit }));
    assert.equal(lock.kustomizations!["metrics"]!.commit, commit);
  });

  it("keeps the commit when the tag moves, says so when it has to fetch, and moves when it is told to", async () => {
    const moving = new Repository();
    const recipe = recipeOf({ source: moving.source });
    const previous = await lockOf(recipe);
    const commit = moving.commit({
      "overlays/prod/map.yaml": FILES["overlays/prod/map.yaml"]!.replace("0755", "0700"),
    });
    moving.git("tag", "--force", "v1.0.0");
    assert.deepEqual(await lockOf(recipe, { previous }), previous);
    const cacheDir = tempDir("cache");
    await assert.rejects(
      lockOf(recipe, { previous, cacheDir }),
      (error: unknown) =>
        codeIs("KUSTOMIZATION_MOVED")(error) && /→ .*cairn lock --update metrics/.test((error as Error).message),
    );
    await assert.rejects(fetchKustomizations(previous, { cacheDir, gitProtocols }), codeIs("KUSTOMIZATION_MOVED"));
    const updated = await lockOf(recipe, { previous, update: ["metrics"] });
    assert.equal(updated.kustomizations!["metrics"]!.commit, commit);
    assert.match(JSON.stringify(render(recipe, updated)), /"mode":"0700"/);
    assert.match(JSON.stringify(render(recipe, previous)), /"mode":"0755"/);
  });

  it("looks through what is locked again before it renders", async () => {
    const lock = await lockOf(recipeOf());
    const bytes = await packTar({ "overlays/prod/kustomization.yaml": "resources: [https://example.com/a.yaml]\n" });
    const archive = digestOf(bytes);
    fs.writeFileSync(path.join(published.cacheDir, "sha256", archive.slice("sha256:".length)), bytes);
    const kustomizations = { metrics: { ...lock.kustomizations!["metrics"]!, archive } };
    assert.throws(() => render(recipeOf(), { ...lock, kustomizations }), codeIs("KUSTOMIZATION_INVALID"));
  });

  it("is stale when the recipe names another tag", async () => {
    const lock = await lockOf(recipeOf());
    assert.match(
      checkLock(lock, recipeOf({ tag: "v2.0.0" })).join(),
      /metrics is locked at v1\.0\.0 of overlays\/prod from .*, the recipe wants v2\.0\.0/,
    );
  });

  const refused: Readonly<Record<string, [Partial<ComponentRef>, RegExp]>> = {
    "a tag that does not exist": [{ tag: "v9.9.9" }, /KUSTOMIZATION_SOURCE .* has no tag v9\.9\.9/],
    "a branch": [{ tag: "HEAD" }, /KUSTOMIZATION_SOURCE .* has no tag HEAD/],
    "a path that does not exist": [{ path: "overlays/dev" }, /KUSTOMIZATION_SOURCE .* no folder overlays\/dev/],
    "a path that leaves the repository": [{ path: "../x" }, /KUSTOMIZATION_SOURCE .*its path \.\.\/x has an empty/],
    "a folder without a kustomization": [
      { path: "empty" },
      /KUSTOMIZATION_INVALID .*empty: has no kustomization\.yaml/s,
    ],
    "a repository that does not exist": [
      { source: "file:///nowhere/at-all" },
      /GIT_FAILED git ls-remote failed.*nowhere/s,
    ],
    "a helper program for a source": [{ source: "ext::sh -c id" }, /KUSTOMIZATION_SOURCE .*is none of file:\/\//],
    values: [
      { values: { enabled: true, replicas: 3 }, nodeScheduling: { nodeCountPaths: ["nodes"] } },
      /KUSTOMIZATION_VALUES [^\n]*\n {2}metrics\.replicas: has no effect\n {2}metrics\.nodeScheduling: has no effect\n→/,
    ],
  };
  for (const [what, [by, message]] of Object.entries(refused))
    it(`refuses ${what}`, () => assertRefused(lockOf(recipeOf(by)), message));

  it("reaches no file on this machine unless it is told to", () =>
    assertRefused(published.lock(recipeOf()), /KUSTOMIZATION_SOURCE .*is none of https:\/\/, ssh:\/\//));

  const PROD = "overlays/prod/kustomization.yaml";
  const contents: Readonly<Record<string, [(repository: Repository) => void, RegExp]>> = {
    "a base on another machine": [
      (own) => void own.commit({ [PROD]: "resources:\n  - map.yaml\n  - https://github.com/a/b//c?ref=v1\n" }),
      /KUSTOMIZATION_INVALID .*prod\/kustomization\.yaml:3:5: resources\.1: https:\/\/github\.com\S+ is not in the rep/s,
    ],
    "a base of a base on another machine": [
      (own) => void own.commit({ "base/kustomization.yaml": "resources: [github.com/a/b]\n" }),
      /KUSTOMIZATION_INVALID .*base\/kustomization\.yaml:1:13: resources\.0: github\.com\/a\/b is not in the repository/s,
    ],
    "a symbolic link": [
      (own) => {
        fs.symlinkSync("/etc/passwd", path.join(own.folder, "overlays/prod/link.yaml"));
        own.commit({});
      },
      /KUSTOMIZATION_INVALID .*overlays\/prod\/link\.yaml: is a symbolic link/s,
    ],
    "a tree with ..": [
      (own) => {
        own.commit({ "docs/kustomization.yaml": "namePrefix: a-\n" });
        const file = own.git("rev-parse", "HEAD:docs/kustomization.yaml");
        const tree = (lines: string): string =>
          execFileSync("git", ["mktree"], { cwd: own.folder, encoding: "utf8", input: lines }).trim();
        const below = tree(`100644 blob ${file}\tup.yaml\n`);
        const folder = tree(`040000 tree ${below}\t..\n100644 blob ${file}\tkustomization.yaml\n`);
        const prod = tree(`040000 tree ${folder}\tprod\n`);
        const commit = own.git("commit-tree", "-m", "up", tree(`040000 tree ${prod}\toverlays\n`));
        own.git("update-ref", "HEAD", commit);
      },
      /OCI_ARCHIVE_INVALID .*"overlays\/prod\/\.\.\/up\.yaml" has an empty, \. or \.\. component/s,
    ],
    "what kustomize refuses, in its own words": [
      (own) => void own.commit({ "overlays/prod/replicas.yaml": "{ kind: Deployment, metadata: { name: other } }\n" }),
      /KUSTOMIZE_FAILED metrics: kubectl could not render it\n {2}error: no resource matches strategic merge patch/,
    ],
  };
  for (const [what, [change, message]] of Object.entries(contents)) {
    it(`refuses ${what}`, async () => {
      const own = new Repository();
      change(own);
      own.git("tag", "v2.0.0");
      await assertRefused(lockOf(recipeOf({ source: own.source, tag: "v2.0.0" })), message);
    });
  }
});

async function assertRefused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof CairnError, String(error));
    assert.match(`${error.code} ${error.message}`, message);
    return true;
  });
}
