import { parseReference } from "@cairn/sdk/oci";

/** An image reference, with what its digest is worth. */
export interface Image {
  /** As the resource has it. */
  readonly text: string;
  /** Full name: `docker.io/library/nginx` for `nginx`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest: Digest;
}

export type Digest =
  | { readonly kind: "sha256"; readonly value: string }
  | { readonly kind: "none" }
  | { readonly kind: "bad"; readonly why: string };

/** `undefined` when the text is not an image reference, and therefore must not be shown: it may be anything. */
export function parseImage(text: string): Image | undefined {
  if (text.length > 1024 || text.includes("://")) return undefined;
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) return undefined;
  try {
    const { registry, repository, tag } = parseReference(named);
    return {
      text,
      repository: `${registry}/${repository}`,
      ...(tag !== undefined && { tag }),
      digest: digest === undefined ? { kind: "none" } : readDigest(digest),
    };
  } catch {
    return undefined;
  }
}

function readDigest(text: string): Digest {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return { kind: "sha256", value: text };
  return { kind: "bad", why: digestFault(text) };
}

function digestFault(text: string): string {
  const [algorithm = "", hex = ""] = text.split(":");
  if (/^sha256$/i.test(algorithm) && /^[0-9a-f]{64}$/i.test(hex)) return "its digest is not in lower case";
  if (algorithm === "sha256") return "its digest is not 64 hex digits long";
  return "its digest is not a sha256 digest";
}

/** Without the digest: how the lock names it. */
export const nameOf = (image: Image): string => image.text.split("@")[0] ?? image.text;

/** Reference in full form without digest: `docker.io/library/nginx:1.27`. */
export const fullName = (image: Image): string =>
  image.tag === undefined ? image.repository : `${image.repository}:${image.tag}`;
