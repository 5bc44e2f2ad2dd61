import { type JsonObject } from "../json";
import { type Criteria, type RecipeChoices } from "../recipe";

/** `cairn.lock.yaml`: everything that was looked up once so that nothing is looked up at preview or up. */
export interface Lock {
  readonly apiVersion: "cairn.dev/v1";
  readonly kind: "Lock";
  readonly recipe: LockedRecipe;
  /** Version (`1.36.1`) and extra API versions that charts were rendered for. */
  readonly kubernetes: { readonly version: string; readonly apiVersions: readonly string[] };
  /** Version of the `helm` that rendered; another one may render differently. */
  readonly helm: string;
  /** The same of the `kubectl` that rendered kustomizations; absent when there are none. */
  readonly kubectl?: string;
  /** By component name. */
  readonly charts: Readonly<Record<string, LockedChart>>;
  /** By component name; absent when there are none. */
  readonly kustomizations?: Readonly<Record<string, LockedKustomization>>;
  /** Sorted by reference. */
  readonly images: readonly LockedImage[];
  readonly exemptions: readonly Exemption[];
}

/** Which recipe was locked: what `resolve` takes, and the digest of what it gave. */
export interface LockedRecipe {
  readonly digest: string;
  readonly criteria: Criteria;
  /** Profiles and values; absent when there are none. */
  readonly choices?: RecipeChoices;
}

export interface LockedChart {
  readonly source: string;
  readonly chart: string;
  readonly version: string;
  /** Manifest digest in an OCI registry; absent for an `https://` repository. */
  readonly manifest?: string;
  /** sha256 of the chart archive. */
  readonly archive: string;
}

export interface LockedKustomization {
  /** Git repository. */
  readonly source: string;
  /** Folder in the repository. */
  readonly path: string;
  /** Tag or commit, as the recipe names it. */
  readonly tag: string;
  /** What the tag named when it was locked. */
  readonly commit: string;
  /** sha256 of a tar archive of the folder and its bases. */
  readonly archive: string;
}

export interface LockedImage {
  /** Full reference with tag, as the charts name it: `registry/repository:tag`. */
  readonly reference: string;
  /** Digest of the index or, for a single-platform image, of the manifest. */
  readonly digest: string;
  /** `linux/amd64` → manifest digest. */
  readonly platforms: Readonly<Record<string, string>>;
  /** Components whose rendered objects name it, sorted. Empty for an image that was added by hand. */
  readonly components: readonly string[];
  readonly signature: LockedSignature;
}

/**
 * What was found beside the image. The bundle itself is kept, so that a policy can verify it again against its own keys, offline:
 * nobody has to trust the lock file.
 */
export type LockedSignature =
  | { readonly status: "verified"; readonly key: string; readonly bundle: string }
  | { readonly status: "unverified"; readonly reason: string; readonly bundle?: string }
  | { readonly status: "none" };

export interface Exemption {
  /** Reference or repository, matched exactly. */
  readonly image: string;
  readonly reason: string;
  /** Issue or ticket that tracks it. */
  readonly link: string;
  /** ISO date (`2027-03-31`), end of day UTC. */
  readonly expires: string;
}

/** When in a component's life an object is applied. */
export type RenderStage = "namespace" | "crds" | "pre" | "main" | "post";

export interface RenderedObject {
  /** `<group/version>/<Kind>/<namespace>/<name>`; unique in a stack. */
  readonly id: string;
  readonly stage: RenderStage;
  /** Ascending within a stage (Helm hook weight; 0 elsewhere). */
  readonly weight: number;
  /** Image references are pinned: `repository:tag@sha256:…`. */
  readonly manifest: JsonObject;
}

export interface RenderedComponent {
  readonly name: string;
  readonly namespace: string;
  readonly objects: readonly RenderedObject[];
  /** Applied and waited for on destroy, before the component's objects go. */
  readonly destroySteps: readonly RenderedObject[];
  /** Pinned references of this component, sorted. */
  readonly images: readonly string[];
}
