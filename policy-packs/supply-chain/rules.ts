import { type Lock, type LockedImage } from "@cairn/sdk/lock";
import { parseReference } from "@cairn/sdk/oci";
import { fullName, nameOf, type Image } from "./reference";

/** What is wrong with an image and the way out; `undefined` when nothing is. */
export type Finding = string | undefined;

/** Rule `image-digest-pinned`: the reference says which bytes run, for ever. */
export function digestPinned(image: Image): Finding {
  const wayOut = `run \`cairn lock --image ${nameOf(image)}\` and use the reference with the digest that it prints`;
  switch (image.digest.kind) {
    case "sha256":
      return undefined;
    case "none":
      return `has no digest, so what runs can change without anybody changing the program; ${wayOut}`;
    case "bad":
      return `is not pinned: ${image.digest.why}; ${wayOut}`;
  }
}

/** Rule `image-in-lock`: the lock has this image with this digest. */
export function inLock(image: Image, lock: LockView): Finding {
  const locked = lock.find(image);
  const [first] = locked;
  if (first === undefined)
    return `is not in ${lock.path}; run \`cairn lock --image ${nameOf(image)}\` if it should run here`;
  const pinned = pinnedForm(first);
  if (image.digest.kind !== "sha256") return `is in the lock, but is not used as locked; write ${pinned}`;
  const { value } = image.digest;
  if (locked.some((entry) => digestsOf(entry).includes(value))) return undefined;
  return image.tag === undefined
    ? `has a digest that is not in ${lock.path}; run \`cairn lock --image ${nameOf(image)}@${value}\`, or write ${pinned}`
    : `disagrees with the lock about what tag ${image.tag} is: the lock has ${first.digest}; write ${pinned}, or run \`cairn lock --update\` if the tag was moved on purpose`;
}

/** An image whose tag an operator completes: the lock has to have what it becomes, and admission pins it when the pod is made. */
export function completedInLock(image: Image, lock: LockView): Finding {
  if (lock.completionsOf(image).length > 0) return undefined;
  return `becomes ${nameOf(image)}-<system> on the nodes, and ${lock.path} has no such image; run \`cairn lock --image ${nameOf(image)}-ubuntu24.04\` with the system of your nodes`;
}

/** The signatures of everything that it may become. */
export async function completedSigned(image: Image, lock: LockView, verify: VerifySignature): Promise<Finding> {
  for (const { digest } of lock.completionsOf(image)) {
    const finding = await signatureVerified({ ...image, digest: { kind: "sha256", value: digest } }, lock, verify);
    if (finding !== undefined) return finding;
  }
  return completedInLock(image, lock);
}

/** Checks that `bundle` is a signature over `digest` by one of the trusted keys; throws what is wrong. */
export type VerifySignature = (bundle: string, digest: string) => Promise<void>;

/**
 * Rule `image-signature-verified`: a key that the policy's owner trusts has signed this digest. Of the lock it takes only the bundle, and
 * proves it again, so that an edited lock gains nothing.
 */
export async function signatureVerified(image: Image, lock: LockView, verify: VerifySignature): Promise<Finding> {
  if (image.digest.kind !== "sha256") return "has no usable digest, and a signature is about a digest; pin it first";
  const { value: digest } = image.digest;
  const relock = `run \`cairn lock --image ${nameOf(image)}\``;
  const locked = lock.withDigest(digest);
  if (locked.length === 0) {
    const index = lock.withPlatform(digest);
    return index === undefined
      ? `is not in ${lock.path}, which keeps the signatures; ${relock}`
      : `is pinned to one platform of an image, and the signature is about the whole; write ${pinnedForm(index)}`;
  }
  const bundles = locked.flatMap(({ signature }) => ("bundle" in signature ? [signature.bundle] : []));
  const faults: string[] = [];
  for (const bundle of bundles) {
    if (bundle === undefined) continue;
    try {
      await verify(bundle, digest);
      return undefined;
    } catch (error) {
      faults.push(firstLine(error));
    }
  }
  const exempt = "or exempt it in the policy's configuration with reason, link and expiry";
  return faults.length > 0
    ? `has a signature that does not hold: ${faults.join("; ")}. Have it signed by a key that you trust and run \`cairn lock --update\`, ${exempt}`
    : `is not signed: no signature was found when it was locked. Sign it (\`cosign sign --key …\`) and run \`cairn lock --update\`, ${exempt}`;
}

/** A lock file, or several, arranged for looking up. */
export interface LockView {
  /** For messages. */
  readonly path: string;
  /** Entries for this name and tag; for a reference without a tag, all of its repository. */
  find(image: Image): readonly LockedImage[];
  /** Entries of its repository whose tag goes on where this one ends: `580.1-ubuntu24.04` for `580.1`. */
  completionsOf(image: Image): readonly LockedImage[];
  withDigest(digest: string): readonly LockedImage[];
  withPlatform(digest: string): LockedImage | undefined;
}

export function viewOf(lock: Lock, path: string): LockView {
  const entries = lock.images.map((entry) => {
    const { registry, repository, tag } = parseReference(entry.reference);
    return { entry, repository: `${registry}/${repository}`, tag };
  });
  return {
    path,
    find: (image) =>
      entries
        .filter(({ repository, tag }) => repository === image.repository && (image.tag ?? tag) === tag)
        .map(({ entry }) => entry),
    completionsOf: (image) =>
      entries
        .filter(({ repository, tag = "" }) => repository === image.repository && tag.startsWith(`${image.tag ?? ""}-`))
        .map(({ entry }) => entry),
    withDigest: (digest) => lock.images.filter((entry) => entry.digest === digest),
    withPlatform: (digest) => lock.images.find((entry) => Object.values(entry.platforms).includes(digest)),
  };
}

/** The locks of a program with several clusters: an image may run when one of them has it. */
export const joined = (views: readonly LockView[]): LockView => ({
  path: views.map(({ path }) => path).join(" or "),
  find: (image) => views.flatMap((view) => view.find(image)),
  completionsOf: (image) => views.flatMap((view) => view.completionsOf(image)),
  withDigest: (digest) => views.flatMap((view) => view.withDigest(digest)),
  withPlatform: (digest) => views.map((view) => view.withPlatform(digest)).find((entry) => entry !== undefined),
});

/** How a program writes a locked image. One that was locked without a tag has its digest in its name. */
const pinnedForm = ({ reference, digest }: LockedImage): string =>
  reference.includes("@") ? reference : `${reference}@${digest}`;

const digestsOf = (entry: LockedImage): readonly string[] => [entry.digest, ...Object.values(entry.platforms)];

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

/** Whether an exemption's `image` names this image: its text, its name with or without tag, or its repository. */
export const isNamedBy = (image: Image, name: string): boolean =>
  [image.text, nameOf(image), fullName(image), image.repository].includes(name);
