import assert from "node:assert/strict";
import { Cloud, type Saved, nameOf } from "./cloud";
import { type CloudCase, type ClusterCase, CLOUDS } from "./clouds";
import { done, refusalOf } from "./outcome";

/** Everything that a resource waits for, by name. */
function needsOf(resource: Saved, all: readonly Saved[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = ({ dependencies = [] }: Saved): void => {
    for (const urn of dependencies) {
      const next = all.find((other) => other.urn === urn);
      if (next === undefined || found.has(nameOf(urn))) continue;
      found.add(nameOf(urn));
      visit(next);
    }
  };
  visit(resource);
  return found;
}

/** That the lines of a log come in this order. */
function assertOrder(log: readonly string[], ...lines: readonly string[]): void {
  const places = lines.map((line) => log.findIndex((entry) => entry.startsWith(`${line} `)));
  assert.ok(!places.includes(-1), `${lines[places.indexOf(-1)]} is not in the log`);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    `${lines.join(", ")} in another order`,
  );
}

const created = (log: readonly string[]): readonly string[] =>
  log.filter((line) => line.startsWith("create ") && !line.endsWith(" FAILED"));

type Choose = (cluster: ClusterCase) => object;

function life({ program, packages, clusters, refused, olderVersion, existing, kept }: CloudCase): void {
  const all = Object.values(clusters);
  const { train } = clusters;
  assert.ok(train);
  const asked = (choose: Choose): object =>
    Object.fromEntries(Object.entries(clusters).map(([name, cluster]) => [name, choose(cluster)]));
  const settings = asked((cluster) => cluster.settings);
  const moreNodes = asked((cluster) => cluster.moreNodes);
  const otherGpus = asked((cluster) => ({
    ...cluster.moreNodes,
    ...cluster.otherGpus,
    allowReplace: ["gpus", "cluster"],
  }));
  let cloud: Cloud;
  let first: readonly string[] = [];
  before(async () => {
    cloud = await Cloud.open(program, packages);
    existing.forEach((each) => cloud.add(each));
  });

  it("keeps what was made when a GPU pool fails", async () => {
    cloud.fail("create", train.gpus, "InsufficientCapacity");
    assert.match(refusalOf(await cloud.run("up", settings)), /InsufficientCapacity/);
    first = created(cloud.log());
    assert.ok(first.some((line) => line.startsWith("create train ")));
  });

  it("makes the rest with the next up, and nothing twice, in an order that the cloud accepts", async () => {
    done(await cloud.run("up", settings));
    const made = [...first, ...created(cloud.log())];
    assert.deepEqual([...new Set(made)], made);
    assert.equal(made.length + existing.length, cloud.names().length);
    for (const [name, ...needed] of all.flatMap(({ needs }) => needs)) {
      // A pool and its template share a name.
      const found = cloud.saved.filter(({ urn, custom }) => custom && nameOf(urn) === name);
      const waits = new Set(found.flatMap((resource) => [...needsOf(resource, cloud.saved)]));
      for (const each of needed) assert.ok(waits.has(each), `${name} does not wait for ${each}`);
    }
  });

  it("loses nothing when the cloud does not find for a moment what is there", async () => {
    cloud.fail("read", "train", "NotFound: no cluster train");
    assert.match(refusalOf(await cloud.run("refresh", settings)), /NotFound: no cluster train/);
    assert.ok(cloud.saved.some(({ urn, custom }) => custom && nameOf(urn) === "train"));
    cloud.log();
  });

  it("sees no change after the cloud rewrote its fields", async () => {
    cloud.isLater = true;
    assert.deepEqual(done(await cloud.run("refresh", settings)), []);
  });

  it("changes the number of GPU nodes in place, and nothing else", async () => {
    const grown = all.flatMap((cluster) => cluster.grown).sort();
    const steps = done(await cloud.run("up", moreNodes));
    assert.deepEqual(steps.filter((step) => !step.startsWith("read ")).sort(), grown);
    assert.deepEqual(
      cloud
        .log()
        .map((line) => line.split(" ").slice(0, 2).join(" "))
        .sort(),
      grown,
    );
  });

  it("refuses to destroy while protected, and says the way out", async () => {
    const message = refusalOf(await cloud.run("destroy", settings));
    for (const name of all.flatMap((cluster) => cluster.protected))
      assert.match(message, new RegExp(`::${name}: the resource is protected`));
    assert.match(message, /take `protect` off the resource in the program and run `up` first/);
    assert.deepEqual(cloud.log(), []);
  });

  it("refuses to replace a GPU pool, which it names", async () => {
    const changed = { ...moreNodes, train: { ...train.moreNodes, ...train.otherGpus } };
    assert.match(refusalOf(await cloud.run("up", changed)), new RegExp(`::${refused}: the resource is protected`));
    assert.ok(!cloud.log().some((line) => line.startsWith("delete ")));
  });

  if (olderVersion !== undefined)
    it("refuses at preview a Kubernetes version that no control plane can go to", async () => {
      const older = asked((cluster) => ({ ...cluster.moreNodes, kubernetesVersion: olderVersion }));
      const message = refusalOf(await cloud.run("preview", older));
      assert.match(message, /train-kubernetes-version: .*no cloud goes back to 1\.35/s);
      assert.doesNotMatch(message, /::train: /, "the cluster waits for it");
    });

  it("shows at preview what a change exchanges, and asks the cloud for none of it", async () => {
    const steps = done(await cloud.run("preview", otherGpus));
    for (const step of all.flatMap((cluster) => cluster.exchanged)) assert.ok(steps.includes(step), steps.join("\n"));
    assert.ok(!steps.some((step) => /^replace [a-z]+$/.test(step)), steps.join("\n"));
    assert.deepEqual(cloud.log(), []);
  });

  it("exchanges the GPUs with allowReplace, and replaces no other pool", async () => {
    const steps = done(await cloud.run("up", otherGpus));
    for (const step of all.flatMap((cluster) => cluster.exchanged)) assert.ok(steps.includes(step), steps.join("\n"));
    for (const [name, { asked: text }] of Object.entries(clusters)) {
      const pool = cloud.saved.filter(({ urn }) => nameOf(urn).startsWith(`${name}-gpus`));
      assert.ok(JSON.stringify(pool.map(({ inputs }) => inputs)).includes(text), text);
    }
    const log = cloud.log();
    assert.ok(!log.some((line) => /^(create|delete) [a-z]+(-system)? /.test(line)), log.join("\n"));
  });

  it("replaces the clusters once that is allowed", async () => {
    const changed = asked((cluster) => ({
      ...cluster.moreNodes,
      ...cluster.otherGpus,
      ...cluster.otherCluster,
      protect: false,
    }));
    const steps = done(await cloud.run("up", changed));
    for (const name of Object.keys(clusters)) assert.ok(steps.includes(`replace ${name}`), steps.join("\n"));
    const log = cloud.log();
    for (const cluster of all) {
      assertOrder(log, ...cluster.clusterReplaced);
      for (const name of cluster.objects) assert.ok(cloud.names().includes(name), `${name} is not in the new cluster`);
    }
  });

  it("destroys everything once nothing is protected, in an order that the cloud accepts", async () => {
    done(await cloud.run("destroy", settings));
    const log = cloud.log();
    for (const [name, { gpus, network }] of Object.entries(clusters))
      assertOrder(log, `delete ${gpus}`, `delete ${name}`, ...(network === undefined ? [] : [`delete ${network}`]));
    const left = [...kept, ...existing.map(({ type, name }) => `${type} ${name}`)].sort();
    assert.deepEqual(cloud.names(), left);
  });
}

for (const one of CLOUDS)
  describe(`${one.program}: the life of its clusters`, function () {
    this.timeout(180_000);
    life(one);
  });
