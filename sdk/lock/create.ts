import { readFile } from "node:fs/promises";
import { CairnError, type Finding } from "../errors";
import { type OciClient } from "../oci";
import { choicesOf, type Recipe, recipeDigest, type Scheduling } from "../recipe";
import { apiVersionsOf } from "./api-versions";
import { fetchChart, wantedCharts } from "./charts";
import { ContentStore } from "./content-store";
import { type Draft, draftRecipe, type DraftOptions } from "./draft";
import { type GitProtocol } from "./git";
import { findHelm, type Helm } from "./helm";
import { lockImages, wantedImages } from "./images";
import { fetchKustomization, findKubectl, wantedKustomizations } from "./kustomize";
import { type Exemption, type Lock, type LockedImage, type LockedRecipe } from "./types";
import { readChartValues, unknownValues } from "./unknown-values";

export interface CreateLockOptions {
  readonly client: OciClient;
  /** Where charts are kept: `.cairn/cache` beside the lock. */
  readonly cacheDir: string;
  readonly kubernetes: {
    /** Of the target cluster: `1.36.1`. */
    readonly version: string;
    /** API versions, besides those of Kubernetes itself, that charts may count on: `monitoring.coreos.com/v1`. */
    readonly apiVersions?: readonly string[];
  };
  /** @default the `helm` on PATH or in the tool cache */
  readonly helm?: Helm;
  /** SPKI PEM of keys whose image signatures count as verified. */
  readonly trustedKeys: readonly string[];
  /** References of images that no chart names but the cluster needs. @default none */
  readonly extraImages?: readonly string[];
  /** @default those of `previous` */
  readonly exemptions?: readonly Exemption[];
  /** What it locked stays as it is, as far as the recipe still wants it. */
  readonly previous?: Lock;
  /** Components that may move; `"all"` forgets `previous`. @default none */
  readonly update?: readonly string[] | "all";
  /** How repositories of kustomizations may be reached. @default https and ssh */
  readonly gitProtocols?: readonly GitProtocol[];
  readonly signal?: AbortSignal;
  /** What a person should look at although nothing is wrong: values that a chart does not know. */
  readonly onWarning?: (message: string) => void;
  /** Progress, for people. */
  readonly onProgress?: (message: string) => void;
}

/** Scheduling moves pods, it brings no images: any will do here. */
const ANYWHERE: Scheduling = {
  system: { nodeSelector: {}, tolerations: [] },
  accelerated: { nodeSelector: {}, tolerations: [] },
  gpuNodes: 1,
};

/**
 * Locks a recipe: fetches its charts and kustomizations into the cache, renders every component, and looks up digests and signatures of
 * all images.
 *
 * @throws CairnError `CHART_*`, `KUSTOMIZATION_*`, `GIT_FAILED`, `HELM_FAILED`, `KUSTOMIZE_FAILED`, `HOOK_UNDECIDED`, `IMAGE_UNEXPLAINED`,
 * `IMAGE_UNRESOLVED`, `RENDER_UNSTABLE`
 * @example
 * const lock = await createLock(recipe, { client, cacheDir, kubernetes: { version: "1.36.1" }, trustedKeys: [pem] });
 * writeLock("cairn.lock.yaml", lock);
 */
export async function createLock(recipe: Recipe, options: CreateLockOptions): Promise<Lock> {
  const { cacheDir, onProgress, signal, update = [] } = options;
  const helm = options.helm ?? findHelm();
  const previous = update === "all" ? undefined : options.previous;
  const moving = new Set(update === "all" ? [] : update);

  const wantedFolders = wantedKustomizations(recipe);
  const charts = await byComponent(wantedCharts(recipe), (wanted) => {
    onProgress?.(`chart ${wanted.chart} ${wanted.version}`);
    const locked = moving.has(wanted.component) ? undefined : previous?.charts[wanted.component];
    return fetchChart(wanted, stillWanted(locked, wanted), { ...options, helm });
  });
  const kustomizations = await byComponent(wantedFolders, (wanted) => {
    onProgress?.(`kustomization ${wanted.path} ${wanted.tag}`);
    const locked = moving.has(wanted.component) ? undefined : previous?.kustomizations?.[wanted.component];
    return fetchKustomization(wanted, stillWanted(locked, wanted), options);
  });

  if (options.onWarning) await warnOfUnknownValues(recipe, charts, cacheDir, options.onWarning);

  const kubernetes = {
    version: options.kubernetes.version,
    apiVersions: merged(apiVersionsOf(options.kubernetes.version), options.kubernetes.apiVersions ?? []),
  };
  const kubectl = wantedFolders.length > 0 ? findKubectl() : undefined;
  onProgress?.(`rendering ${recipe.componentRefs.length} components`);
  const drafts = stableDrafts(recipe, {
    charts,
    kustomizations,
    kubernetes,
    helm: () => helm,
    kubectl: () => kubectl ?? findKubectl(),
    cacheDir,
    scheduling: ANYWHERE,
  });

  const wanted = wantedImages(drafts, options.extraImages ?? []);
  onProgress?.(`looking up ${wanted.length} images`);
  const images = await lockImages(wanted, keptImages(previous, moving), { ...options, ...(signal && { signal }) });
  return {
    apiVersion: "cairn.dev/v1",
    kind: "Lock",
    recipe: lockedRecipe(recipe),
    kubernetes,
    helm: helm.version,
    ...(kubectl !== undefined && { kubectl: kubectl.version }),
    charts,
    ...(Object.keys(kustomizations).length > 0 && { kustomizations }),
    images,
    exemptions: options.exemptions ?? options.previous?.exemptions ?? [],
  };
}

async function warnOfUnknownValues(
  recipe: Recipe,
  charts: Lock["charts"],
  cacheDir: string,
  warn: (message: string) => void,
): Promise<void> {
  const store = new ContentStore(cacheDir);
  for (const component of recipe.componentRefs) {
    const chart = charts[component.name];
    if (chart === undefined) continue;
    const archive = await readFile(store.verified(chart.archive, `${chart.chart} ${chart.version}`));
    unknownValues(component, await readChartValues(archive)).forEach(warn);
  }
}

function lockedRecipe(recipe: Recipe): LockedRecipe {
  const choices = choicesOf(recipe);
  const named = { digest: recipeDigest(recipe), criteria: recipe.criteria };
  return Object.keys(choices).length === 0 ? named : { ...named, choices };
}

/** One after the other; sorted by name, as they stand in the lock. */
async function byComponent<Wanted extends { readonly component: string }, Locked>(
  wanted: readonly Wanted[],
  fetch: (wanted: Wanted) => Promise<Locked>,
): Promise<Readonly<Record<string, Locked>>> {
  const locked: [string, Locked][] = [];
  for (const one of wanted) locked.push([one.component, await fetch(one)]);
  return Object.fromEntries(locked.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is locked, unless the recipe says something else about it now. */
function stillWanted<Locked extends object>(
  locked: Locked | undefined,
  { component: _component, ...wanted }: Partial<Locked> & { readonly component: string },
): Locked | undefined {
  const same = Object.entries(wanted).every(([field, value]) => locked?.[field as keyof Locked] === value);
  return same ? locked : undefined;
}

function keptImages(previous: Lock | undefined, moving: ReadonlySet<string>): ReadonlyMap<string, LockedImage> {
  const kept = (previous?.images ?? []).filter(({ components }) => !components.some((name) => moving.has(name)));
  return new Map(kept.map((image) => [image.reference, image]));
}

/** A chart that renders a random password or the time cannot be locked: nobody would apply what was looked at. */
function stableDrafts(recipe: Recipe, options: DraftOptions): readonly Draft[] {
  const findings: Finding[] = [];
  const drafts = draftRecipe(recipe, { ...options, onUnstable: (finding) => findings.push(finding) });
  if (findings.length === 0) return drafts;
  throw new CairnError("RENDER_UNSTABLE", "two renders of the same charts differ", {
    findings,
    hint: "give the generated value (often a password) in the component's values",
  });
}

const merged = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].sort();
