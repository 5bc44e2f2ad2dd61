import { type JsonObject, type JsonValue } from "../../json";
import { type Reference } from "../../oci";

export type Path = readonly (string | number)[];

/** What happens to the images and to the strings that no rule explains. */
export interface Visitor {
  /** Called for every image; a digest comes back when one is to be written behind it. */
  readonly image: (image: Reference, path: Path) => string | undefined;
  /** A string that looks like an image where no rule expects one. */
  readonly unexplained: (text: string, path: Path) => void;
}

/** Where the walk stands. */
export interface Place {
  readonly path: Path;
  /** Nearest object key above: `containers` for every container in that list. */
  readonly key: string;
  /** Kind of the nearest enclosing Kubernetes object, and the path inside it. */
  readonly owner: { readonly kind: string; readonly depth: number };
  /** Inside YAML that a ConfigMap carries as text. */
  readonly embedded: boolean;
}

/** What a rule asks the walker for. */
export interface Explainer {
  /** The reference with its digest, when the visitor has one for it; otherwise the text as it is. */
  reference(text: string, path: Path): string;
  /** For references in parts: the digest for the whole, if it is a reference and not pinned yet. */
  digestOf(text: string, path: Path): string | undefined;
  unexplained(text: string, path: Path): void;
  /** A text that may be YAML with images in it. */
  embeddedText(text: string, path: Path): string;
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
