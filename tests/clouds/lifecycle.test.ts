import assert from "node:assert/strict";
import { Cloud, type Outcome, type Saved, nameOf } from "./cloud";
import { type CloudCase, CLOUDS } from "./clouds";

const done = (outcome: Outcome): readonly string[] => {
  assert.equal(outcome.ok, true, outcome.errors.join("\n"));
  return outcome.steps;
};

const refused = (outcome: Outcome): string => {
  assert.equal(outcome.ok, false);
  return outcome.errors.join("\n");
};

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

function life(one: CloudCase): void {
  const { program, packages, settings, moreNodes, otherGpus, otherCluster, gpus } = one;
  let cloud: Cloud;
  before(async () => (cloud = await Cloud.open(program, packages)));
  let first: readonly string[] = [];

  it("keeps what was made when the GPU pool fails", async () => {
    cloud.fail("create", gpus, "InsufficientCapacity");
    assert.match(refused(await cloud.run("up", settings)), /InsufficientCapacity/);
    first = created(cloud.log());
    assert.ok(first.some((line) => line.startsWith("create train ")));
  });

  it("makes the rest with the next up, and nothing twice, in an order that the cloud accepts", async () => {
    done(await cloud.run("up", settings));
    const all = [...first, ...created(cloud.log())];
    assert.deepEqual([...new Set(all)], all);
    assert.deepEqual(all.map((line) => line.slice("create ".length)).length, cloud.names().length);
    for (const [name, ...needed] of one.needs) {
      // A pool and its template share a name.
      const found = cloud.saved.filter(({ urn, custom }) => custom && nameOf(urn) === name);
      const waits = new Set(found.flatMap((resource) => [...needsOf(resource, cloud.saved)]));
      for (const each of needed) assert.ok(waits.has(each), `${name} does not wait for ${each}`);
    }
  });

  it("loses nothing when the cloud does not find for a moment what is there", async () => {
    cloud.fail("read", "train", "NotFound: no cluster train");
    assert.match(refused(await cloud.run("refresh", settings)), /NotFound: no cluster train/);
    assert.ok(cloud.saved.some(({ urn, custom }) => custom && nameOf(urn) === "train"));
    cloud.log();
  });

  it("sees no change after the cloud rewrote its fields", async () => {
    cloud.isLater = true;
    assert.deepEqual(done(await cloud.run("refresh", settings)), []);
  });

  it("changes the number of GPU nodes in place, and nothing else", async () => {
    assert.deepEqual(done(await cloud.run("up", moreNodes)), [`update ${gpus}`]);
    assert.deepEqual(
      cloud.log().map((line) => line.split(" ").slice(0, 2).join(" ")),
      [`update ${gpus}`],
    );
  });

  it("refuses to destroy while protected, and says the way out", async () => {
    const message = refused(await cloud.run("destroy", settings));
    for (const name of one.protected) assert.match(message, new RegExp(`::${name}: the resource is protected`));
    assert.match(message, /take `protect` off the resource in the program and run `up` first/);
    assert.deepEqual(cloud.log(), []);
  });

  it("refuses to replace the GPU pool, which it names", async () => {
    assert.match(
      refused(await cloud.run("up", { ...moreNodes, ...otherGpus })),
      new RegExp(`::${one.replaced}: the resource is protected`),
    );
    assert.ok(!cloud.log().some((line) => line.startsWith("delete ")));
  });

  const { olderVersion } = one;
  if (olderVersion !== undefined)
    it("refuses at preview a Kubernetes version that no control plane can go to", async () => {
      const message = refused(await cloud.run("preview", { ...moreNodes, kubernetesVersion: olderVersion }));
      assert.match(message, /train-kubernetes-version: .*no cloud goes back to 1\.35/s);
      assert.doesNotMatch(message, /::train: /, "the cluster waits for it");
    });

  it("replaces the GPU pool with allowReplace, and no other pool", async () => {
    const changed = { ...moreNodes, ...otherGpus, allowReplace: ["gpus", "cluster"] };
    const steps = done(await cloud.run("up", changed));
    assert.ok(steps.includes(`replace ${gpus}`), steps.join("\n"));
    const pool = cloud.saved.find(({ urn, type }) => nameOf(urn) === gpus && /pool|nodeGroup/i.test(type));
    assert.ok(JSON.stringify(pool?.inputs).includes(one.asked), one.asked);
    const log = cloud.log();
    assert.ok(!log.some((line) => /^(create|delete) train(-system)? /.test(line)), log.join("\n"));
  });

  it("replaces the cluster once that is allowed", async () => {
    const changed = { ...moreNodes, ...otherGpus, ...otherCluster };
    const steps = done(await cloud.run("up", { ...changed, protect: false }));
    assert.ok(steps.includes("replace train"), steps.join("\n"));
    assertOrder(cloud.log(), ...one.clusterReplaced);
    for (const name of one.objects) assert.ok(cloud.names().includes(name), `${name} is not in the new cluster`);
  });

  it("destroys everything once nothing is protected, in an order that the cloud accepts", async () => {
    done(await cloud.run("destroy", settings));
    assertOrder(cloud.log(), `delete ${gpus}`, "delete train", `delete ${one.network}`);
    assert.deepEqual(cloud.names(), one.kept);
  });
}

for (const one of CLOUDS)
  describe(`${one.program}: the life of a cluster`, function () {
    this.timeout(180_000);
    life(one);
  });
