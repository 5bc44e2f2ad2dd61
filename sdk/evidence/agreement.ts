import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../errors";
import { PHASES, recipeDigest, type Phase, type Recipe } from "../recipe";
import { digestOf } from "../oci";
import { billedComponents, BomView, lockedComponents } from "./bom";
import { LockView, readJson, readYaml, RecipeView, SnapshotView } from "./documents";
import { evidenceError, type EvidenceErrorCode } from "./errors";
import { ctrfFile, FILES } from "./format";
import { pointerDifferences, pointerTo, type Pointer } from "./pointer";
import { recipeName, tierOf, type PhaseSummary, type Predicate } from "./predicate";
import { asksFor, missingChecks, readResults } from "./results";

/** Evidence whose signature is good and whose files are exactly those that it lists. */
export interface Proven {
  readonly predicate: Predicate;
  /** Fingerprint of the signer's key. */
  readonly key: string;
  /** Of the manifest. */
  readonly digest: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly pointer?: Pointer | undefined;
}

/** What the verifier compares evidence with. */
export interface Expectations {
  readonly now: Date;
  /** Digest of the recipe that the evidence must be about. */
  readonly recipeDigest?: string | undefined;
}

/** `undefined` when there is nothing to compare. */
type Agreement = (proven: Proven, expected: Expectations) => string | undefined;

/** Clocks of two machines may differ by this much. */
const SKEW_MS = 5 * 60 * 1000;

/** What a signed statement and the files under it must agree on. Each is recomputed from the files, says what it found, or throws. */
export const AGREEMENTS: Readonly<Record<string, Agreement>> = {
  freshness({ predicate: { attestedAt, expiresAt } }, { now }) {
    const [from, until, at] = [Date.parse(attestedAt), Date.parse(expiresAt), now.getTime()];
    // Written so that an impossible date, which compares with nothing, does not pass.
    if (!(from < until)) throw notFresh(`it expires (${expiresAt}) before it was made (${attestedAt})`);
    if (!(from <= at + SKEW_MS)) throw notFresh(`it was made in the future: ${attestedAt}`);
    if (!(at < until)) throw notFresh(`it expired: ${expiresAt}`);
    return `made ${attestedAt}, expires ${expiresAt}`;
  },

  pointer({ predicate, key, digest, files, pointer }) {
    if (pointer === undefined) return undefined;
    const repository = { registry: "", repository: "" };
    const recipe = recipeOf(files);
    const proven = recompute(FILES.recipe, "EVIDENCE_RECIPE_MISMATCH", () =>
      pointerTo(repository, digest, { predicate, key }, recipe),
    );
    const differences = pointerDifferences(pointer, proven);
    if (differences.length > 0)
      throw differs("EVIDENCE_POINTER_MISMATCH", "the pointer says something else", differences);
    return "agrees with the signed statement";
  },

  recipe({ predicate, files }, expected) {
    const recipe = recipeOf(files);
    const digest = recompute(FILES.recipe, "EVIDENCE_RECIPE_MISMATCH", () => recipeDigest(recipe));
    const differences = compare([
      ["digest", predicate.recipe.digest, digest],
      [
        "name",
        predicate.recipe.name,
        recompute(FILES.recipe, "EVIDENCE_RECIPE_MISMATCH", () => recipeName(recipe.criteria)),
      ],
      ["expected digest", expected.recipeDigest ?? digest, digest],
    ]);
    if (differences.length > 0)
      throw differs("EVIDENCE_RECIPE_MISMATCH", "the evidence is about another recipe", differences);
    return `${predicate.recipe.name}, digest recomputed: ${digest}`;
  },

  lock({ predicate, files }) {
    const lock = lockOf(files);
    const differences = compare([
      ["lock digest", predicate.lock.digest, digestOf(fileOf(files, FILES.lock))],
      ["recipe digest in the lock", predicate.recipe.digest, lock.recipe.digest],
    ]);
    if (!isDeepStrictEqual(lock.recipe.criteria, recipeOf(files).criteria)) differences.push("its criteria are others");
    if (differences.length > 0) throw differs("EVIDENCE_LOCK_MISMATCH", "the lock is not of this recipe", differences);
    return `made for this recipe; charts: ${Object.keys(lock.charts).length}, images: ${lock.images.length}`;
  },

  bom({ predicate, files }) {
    const bytes = fileOf(files, FILES.bom);
    const lock = lockOf(files);
    const bom = readJson(BomView, bytes, FILES.bom, "EVIDENCE_BOM_MISMATCH");
    const [billed, locked] = [billedComponents(bom), lockedComponents(lock)];
    const differences = [
      ...compare([
        ["digest", predicate.bom.digest, digestOf(bytes)],
        ["images", String(predicate.bom.images), String(lock.images.length)],
      ]),
      ...locked.filter((component) => !billed.includes(component)).map((component) => `missing: ${component}`),
      ...billed.filter((component) => !locked.includes(component)).map((component) => `not in the lock: ${component}`),
      ...(billed.length === locked.length ? [] : [`${billed.length} components, the lock has ${locked.length}`]),
    ];
    if (differences.length > 0)
      throw differs("EVIDENCE_BOM_MISMATCH", "the bill of materials is not the lock's", differences);
    return `${bom.bomFormat} ${bom.specVersion} with the ${locked.length} components of the lock`;
  },

  results({ predicate, files }) {
    const recipe = recipeOf(files);
    const present = PHASES.filter((phase) => files.has(ctrfFile(phase)));
    const stated = PHASES.filter((phase) => predicate.phases[phase] !== undefined);
    const problems = compare([["phases", stated.join(" "), present.join(" ")]]);
    const found = present.map((phase) => {
      const results = readResults(phase, fileOf(files, ctrfFile(phase)));
      const spec = recompute(FILES.recipe, "EVIDENCE_RESULTS_MISMATCH", () => recipe.validation[phase]);
      if (!isDeepStrictEqual(results.summary, predicate.phases[phase]))
        problems.push(`${phase}: the statement has other totals or another digest than ${ctrfFile(phase)}`);
      if (results.summary.passed === 0) problems.push(`${phase}: no test passed`);
      problems.push(...results.bad);
      problems.push(
        ...missingChecks(spec, results).map((name) => `${phase}: the recipe asks for ${name}, which did not run`),
      );
      return totals(phase, results.summary);
    });
    if (problems.length > 0)
      throw differs("EVIDENCE_RESULTS_MISMATCH", "the results do not carry the statement", problems);
    return `recounted: ${[...found, ...notRun(recipe, present)].join("; ")}`;
  },

  cluster({ predicate: { cluster }, files }) {
    const snapshot = snapshotOf(files, "EVIDENCE_CLUSTER_MISMATCH");
    const nodes = snapshot.nodes.reduce((sum, group) => sum + group.nodes, 0);
    const differences = compare([
      ["identity", cluster.identity, snapshot.identity],
      ["Kubernetes version", cluster.kubernetesVersion, snapshot.kubernetes.version],
      ["nodes", String(cluster.nodes), String(nodes)],
    ]);
    if (differences.length > 0)
      throw differs("EVIDENCE_CLUSTER_MISMATCH", "the snapshot is of another cluster", differences);
    return `Kubernetes ${cluster.kubernetesVersion}, ${nodes} nodes, identity ${cluster.identity}`;
  },

  tier({ predicate, files }) {
    const snapshot = snapshotOf(files, "EVIDENCE_TIER_MISMATCH");
    const present = PHASES.filter((phase) => files.has(ctrfFile(phase)));
    const tiers = present.map((phase) => readResults(phase, fileOf(files, ctrfFile(phase))).tier);
    const tier = tierOf(snapshot.tier, tiers);
    if (tier !== predicate.tier)
      throw evidenceError(
        "EVIDENCE_TIER_MISMATCH",
        `the statement claims tier ${predicate.tier}, the results are ${tier}`,
      );
    return tier;
  },
};

/** Silence about a phase must not read as a pass. */
function notRun(recipe: Recipe, present: readonly Phase[]): string[] {
  const missing = PHASES.filter((phase) => !present.includes(phase) && asksFor(recipe, phase));
  return missing.length === 0 ? [] : [`asked for and not run: ${missing.join(", ")}`];
}

function totals(phase: string, { passed, tests, skipped }: PhaseSummary): string {
  return `${phase} ${passed} of ${tests} passed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

function fileOf(files: ReadonlyMap<string, Buffer>, path: string): Buffer {
  const bytes = files.get(path);
  if (bytes === undefined) throw evidenceError("EVIDENCE_FILES_MISMATCH", `the evidence has no ${path}`);
  return bytes;
}

function recipeOf(files: ReadonlyMap<string, Buffer>): Recipe {
  return readJson(
    RecipeView,
    fileOf(files, FILES.recipe),
    FILES.recipe,
    "EVIDENCE_RECIPE_MISMATCH",
  ) as unknown as Recipe;
}

const lockOf = (files: ReadonlyMap<string, Buffer>): LockView =>
  readYaml(LockView, fileOf(files, FILES.lock).toString("utf8"), FILES.lock, "EVIDENCE_LOCK_MISMATCH");

const snapshotOf = (files: ReadonlyMap<string, Buffer>, code: EvidenceErrorCode): SnapshotView =>
  readJson(SnapshotView, fileOf(files, FILES.snapshot), FILES.snapshot, code);

function recompute<T>(file: string, code: EvidenceErrorCode, compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    throw evidenceError(code, `${file} is not a recipe: ${messageOf(cause)}`, { cause });
  }
}

const compare = (pairs: readonly (readonly [what: string, said: string, is: string])[]): string[] =>
  pairs.filter(([, said, is]) => said !== is).map(([what, said, is]) => `${what}: ${said} was stated, ${is} was found`);

const differs = (code: EvidenceErrorCode, summary: string, differences: readonly string[]): Error =>
  evidenceError(code, summary, { findings: differences.slice(0, 20).map((message) => ({ message })) });

const notFresh = (why: string): Error => evidenceError("EVIDENCE_NOT_FRESH", why);
