import { CairnError, type Finding } from "../errors";
import { type JsonObject } from "../json";
import { formatReference } from "../oci";
import { type Recipe, type Scheduling } from "../recipe";
import canonicalize from "canonicalize";
import { type Draft, draftRecipe } from "./draft";
import { findHelm, type Helm } from "./helm";
import { type Staged } from "./hooks";
import { IMAGE_LOCK, imageLockObject } from "./image-lock";
import { findKubectl, type Kubectl } from "./kustomize";
import { idOf, metadataOf } from "./object";
import { ImageProblems, findImages, pinImages } from "./pin";
import { scopesOf, withNamespace } from "./scope";
import { type Lock, type RenderedComponent, type RenderedObject, type RenderStage } from "./types";

export interface RenderOptions {
  readonly scheduling: Scheduling;
  /** Where `cairn lock` put the charts: `.cairn/cache` beside the lock. */
  readonly cacheDir: string;
  /** @default the `helm` on PATH or in the tool cache */
  readonly helm?: Helm;
}

/** Namespaces that every cluster has. */
const GIVEN_NAMESPACES: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

/**
 * Renders a locked recipe, component by component in deployment order: every object with its stage, every image pinned. Synchronous and
 * offline, so that a Pulumi program knows all objects at its first preview.
 *
 * @throws CairnError `CHART_NOT_CACHED`, `HELM_FAILED`, `HELM_VERSION`, `KUBECTL_VERSION`, `KUSTOMIZE_FAILED`, `HOOK_UNDECIDED`,
 * `IMAGE_NOT_LOCKED`, `IMAGE_UNEXPLAINED`, `OBJECT_DUPLICATE`
 */
export function renderRecipe(recipe: Recipe, lock: Lock, options: RenderOptions): readonly RenderedComponent[] {
  const helm = once(() => requireSame("helm", options.helm ?? findHelm(), lock.helm));
  const kubectl = once(() => {
    const found = findKubectl();
    // A lock of a time when the version was not kept says nothing about it.
    return requireSame("kubectl", found, lock.kubectl ?? found.version);
  });
  const { cacheDir, scheduling } = options;
  const { charts, kustomizations, kubernetes } = lock;
  const locked = { charts, kustomizations, kubernetes };
  const drafts = draftRecipe(recipe, { ...locked, helm, kubectl, cacheDir, scheduling });
  const digests = new Map(lock.images.map(({ reference, digest }) => [reference, digest]));
  const owners = new Map<string, Owner>();
  const problems = new ImageProblems();
  const rendered = drafts.map((draft) => finish(withImageLock(draft, lock), digests, owners, problems));
  problems.throwIfAny();
  throwDuplicates(owners);
  return rendered;
}

/** What renders, beside us. */
const VERSION_CODES = { helm: "HELM_VERSION", kubectl: "KUBECTL_VERSION" } as const;

/** Minor versions of a program may render differently. */
function requireSame<Program extends Helm | Kubectl>(
  name: keyof typeof VERSION_CODES,
  program: Program,
  locked: string,
): Program {
  const minor = (version: string): string => version.split(".").slice(0, 2).join(".");
  if (minor(program.version) === minor(locked)) return program;
  const found = `${program.path} is ${program.version}`;
  throw new CairnError(VERSION_CODES[name], `the lock was made with ${name} ${locked}, ${found}`, {
    hint: `put ${name} ${minor(locked)} on PATH, or run \`cairn lock\``,
  });
}

/** A recipe of plain manifests needs no Helm. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The component that defines ImageLock gets the lock itself as its last object. */
function withImageLock(draft: Draft, lock: Lock): Draft {
  const scopes = scopesOf(draft.objects.map(({ object }) => object));
  if (!scopes.has(IMAGE_LOCK)) return draft;
  const object = withNamespace(imageLockObject(lock), draft.component.namespace, scopes);
  return { ...draft, objects: [...draft.objects, { stage: "post", weight: 0, object }] };
}

/** Which component has an object first, and the others that have it too. */
interface Owner {
  readonly component: string;
  readonly content: string;
  readonly others: string[];
}

function finish(
  draft: Draft,
  digests: ReadonlyMap<string, string>,
  owners: Map<string, Owner>,
  problems: ImageProblems,
): RenderedComponent {
  const { name, namespace } = draft.component;
  const all = [...ownNamespace(draft, owners), ...draft.objects].flatMap((staged) => {
    const manifest = pinImages(staged.object, digests, problems);
    return claim(name, manifest, owners) ? [{ ...staged, object: manifest }] : [];
  });
  const objects = all.map(rendered).filter((object) => object !== undefined);
  const destroySteps = all.filter(({ stage }) => stage === "destroy").map((step) => toObject(step, "post"));
  const images = new Set(
    all.flatMap(({ object }) => findImages(object, problems).map(({ image }) => formatReference(image))),
  );
  return { name, namespace, objects, destroySteps, images: [...images].sort() };
}

/** The component's namespace, unless the cluster or somebody before has made it. */
function ownNamespace(draft: Draft, owners: ReadonlyMap<string, Owner>): readonly Staged[] {
  const { name, namespace } = draft.component;
  const object: JsonObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { "app.kubernetes.io/managed-by": "cairn", "cairn.dev/component": name } },
  };
  const exists =
    GIVEN_NAMESPACES.has(namespace) ||
    owners.has(idOf(object)) ||
    draft.objects.some((staged) => idOf(staged.object) === idOf(object));
  const needed = draft.objects.some((staged) => metadataOf(staged.object).namespace === namespace);
  return exists || !needed ? [] : [{ stage: "namespace", weight: 0, object }];
}

/** One owner for each object. Charts that bring the same definition, byte for byte, are common: the first component has it. */
function claim(component: string, object: JsonObject, owners: Map<string, Owner>): boolean {
  const id = idOf(object);
  const content = canonicalize(object) ?? "";
  const owner = owners.get(id);
  if (owner === undefined) {
    owners.set(id, { component, content, others: [] });
    return true;
  }
  const isShared = owner.component !== component && owner.content === content && SHAREABLE.has(String(object["kind"]));
  if (!isShared) owner.others.push(component);
  return false;
}

const SHAREABLE: ReadonlySet<string> = new Set(["CustomResourceDefinition", "Namespace"]);

function throwDuplicates(owners: ReadonlyMap<string, Owner>): void {
  const findings = [...owners].flatMap(([id, { component, others }]): readonly Finding[] =>
    others.map((other) => ({ path: id, message: `is rendered by ${component} and by ${other}` })),
  );
  if (findings.length > 0)
    throw new CairnError("OBJECT_DUPLICATE", "an object has two owners", {
      findings,
      hint: "switch it off in the values of one of the components",
    });
}

const STAGE_OF_KIND: Readonly<Record<string, RenderStage>> = {
  Namespace: "namespace",
  CustomResourceDefinition: "crds",
};

function rendered(staged: Staged): RenderedObject | undefined {
  if (staged.stage === "destroy") return undefined;
  return toObject(staged, STAGE_OF_KIND[String(staged.object["kind"])] ?? staged.stage);
}

function toObject({ weight, object }: Staged, stage: RenderStage): RenderedObject {
  return { id: idOf(object), stage, weight, manifest: object };
}
