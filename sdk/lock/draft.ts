import * as fs from "node:fs";
import * as path from "node:path";
import canonicalize from "canonicalize";
import { CairnError, type Finding } from "../errors";
import { writeFileAtomically } from "../files";
import { type JsonObject } from "../json";
import { digestOf } from "../oci";
import { applyScheduling, type ComponentRef, type Recipe, type RecipeFile, type Scheduling } from "../recipe";
import { ContentStore } from "./content-store";
import { type Helm, helmTemplate, helmTemplateManifests, type RenderRequest } from "./helm";
import { type Staged, stageObjects, weightOf, withoutHook } from "./hooks";
import { type Kubectl, renderKustomization } from "./kustomize";
import { idOf } from "./object";
import { parseManifests } from "./parse";
import { scopesOf, withNamespace } from "./scope";
import { type Lock, type LockedChart } from "./types";

/** A component's objects in their stages, before images are pinned. */
export interface Draft {
  readonly component: ComponentRef;
  readonly objects: readonly Staged[];
}

export interface DraftOptions {
  readonly charts: Lock["charts"];
  readonly kustomizations: Lock["kustomizations"];
  readonly kubernetes: Lock["kubernetes"];
  /** Asked only when there is something to render. */
  readonly helm: () => Helm;
  /** Likewise, when there is a kustomization. */
  readonly kubectl: () => Kubectl;
  readonly cacheDir: string;
  readonly scheduling: Scheduling;
  /**
   * For a lock: everything is rendered anew, twice, and this hears of each object that differs from one render to the next. Without it,
   * parsed renders are read from the cache and written there.
   */
  readonly onUnstable?: (finding: Finding) => void;
}

/**
 * Renders every component of a recipe, in deployment order, from locked archives. The same input gives the same objects: nothing is read
 * from a network, a clock or a cluster.
 */
export function draftRecipe(recipe: Recipe, options: DraftOptions): readonly Draft[] {
  const byName = new Map(recipe.componentRefs.map((component) => [component.name, component]));
  const drafts = recipe.deploymentOrder.map((name) => draftComponent(byName.get(name)!, options));
  const scopes = scopesOf(drafts.flatMap(({ objects }) => objects.map(({ object }) => object)));
  return drafts.map(({ component, objects }) => ({
    component,
    objects: objects.map((staged) => ({
      ...staged,
      object: withNamespace(staged.object, component.namespace, scopes),
    })),
  }));
}

const RENDER: {
  readonly [T in ComponentRef["type"]]: (component: ComponentRef, options: DraftOptions) => readonly JsonObject[];
} = {
  Helm: renderChart,
  Kustomize: kustomize,
  Manifest: () => [],
};

function draftComponent(unscheduled: ComponentRef, options: DraftOptions): Draft {
  const component = applyScheduling(unscheduled, options.scheduling);
  const own = component.type === "Manifest" ? "main" : "post";
  const objects = [
    ...manifests(component, component.preManifests, options).map((object) => ({ ...object, stage: "pre" as const })),
    ...stageObjects(component, RENDER[component.type](component, options)),
    ...manifests(component, component.manifests, options).map((object) => ({ ...object, stage: own }) as const),
  ];
  return { component, objects };
}

function renderChart(component: ComponentRef, options: DraftOptions): readonly JsonObject[] {
  const locked = options.charts[component.name];
  if (locked === undefined)
    throw new CairnError("LOCK_STALE", `the lock has no chart for component ${component.name}`, {
      hint: "run `cairn lock`",
    });
  const what = `${locked.chart} ${locked.version}`;
  return render(component, options, {
    key: { helm: options.helm().version, key: { archive: locked.archive, request: request(component, options) } },
    source: sourceOf(component, locked),
    print: () => {
      const archive = new ContentStore(options.cacheDir).verified(locked.archive, what);
      return helmTemplate(options.helm(), archive, request(component, options));
    },
  });
}

function kustomize(component: ComponentRef, options: DraftOptions): readonly JsonObject[] {
  const locked = options.kustomizations?.[component.name];
  if (locked === undefined)
    throw new CairnError("LOCK_STALE", `the lock has no kustomization for component ${component.name}`, {
      hint: "run `cairn lock`",
    });
  const kubectl = options.kubectl();
  const what = `${component.name} (${locked.path} ${locked.tag})`;
  return render(component, options, {
    key: { kubectl: kubectl.version, archive: locked.archive, path: locked.path },
    source: what,
    print: () => {
      const archive = new ContentStore(options.cacheDir).verified(locked.archive, what);
      return renderKustomization(kubectl, archive, component.name, locked.path);
    },
  });
}

function manifests(component: ComponentRef, files: readonly RecipeFile[], options: DraftOptions): readonly Staged[] {
  const isTemplate = files.some(({ content }) => content.includes("{{"));
  const objects = isTemplate
    ? render(component, options, {
        key: { helm: options.helm().version, key: { files, request: request(component, options) } },
        source: `${component.name} manifests`,
        print: () => {
          const chart = { name: component.name, version: component.version ?? "0.0.0" };
          return helmTemplateManifests(options.helm(), files, chart, request(component, options));
        },
      })
    : files.flatMap(({ path: file, content }) => parseManifests(content, file));
  return objects.map((object) => ({ stage: "main", weight: weightOf(object), object: withoutHook(object) }));
}

function request(component: ComponentRef, { kubernetes }: DraftOptions): RenderRequest {
  return { release: component.name, namespace: component.namespace, values: component.values, kubernetes };
}

const sourceOf = (component: ComponentRef, { chart, version }: LockedChart): string =>
  `${component.name} (${chart} ${version})`;

/** One run of a program that renders. */
interface Rendering {
  /** All that it depends on, the program's version too: another may render differently. */
  readonly key: unknown;
  /** What is rendered, for error messages. */
  readonly source: string;
  readonly print: () => string;
}

function render(component: ComponentRef, options: DraftOptions, rendering: Rendering): readonly JsonObject[] {
  const { source, print } = rendering;
  if (options.onUnstable === undefined) return cached(options.cacheDir, rendering);
  const [text, again] = [print(), print()];
  const objects = parseManifests(text, source);
  if (text === again) return objects;
  for (const id of differing(objects, parseManifests(again, source)))
    options.onUnstable({ path: component.name, message: `${id} differs from one render to the next` });
  return objects;
}

/** Ids of the objects that are not the same in both. */
function differing(some: readonly JsonObject[], others: readonly JsonObject[]): ReadonlySet<string> {
  const missing = (from: readonly JsonObject[], objects: readonly JsonObject[]): readonly string[] => {
    const contents = new Set(from.map((object) => canonicalize(object)));
    return objects.filter((object) => !contents.has(canonicalize(object))).map(idOf);
  };
  return new Set([...missing(others, some), ...missing(some, others)]);
}

/** Parsed objects are cached, not text: parsing costs more than rendering. A file that cannot be read is made again. */
function cached(cacheDir: string, { key, source, print }: Rendering): readonly JsonObject[] {
  const digest = digestOf(Buffer.from(canonicalize({ format: 1, key }) ?? ""));
  const file = path.join(cacheDir, "render", `${digest.slice("sha256:".length)}.json`);
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as JsonObject[];
  } catch {
    const objects = parseManifests(print(), source);
    writeFileAtomically(file, JSON.stringify(objects), { mode: 0o600 }); // it may hold Secrets
    return objects;
  }
}
