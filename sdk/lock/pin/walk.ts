import { type JsonObject, type JsonValue } from "../../json";
import { looksLikeImage, parseImage } from "../image-name";
import { rewriteEmbedded } from "./embedded";
import { RULES } from "./rules";
import { type Explainer, isArray, type Path, type Place, type Visitor } from "./place";

/** Walks any value and gives back the same value, or a copy in which images carry their digests. */
export function walk(value: JsonValue, visitor: Visitor, path: Path = [], embedded = false): JsonValue {
  return new Walker(visitor).value(value, { path, key: "", owner: { kind: "", depth: path.length }, embedded });
}

class Walker implements Explainer {
  constructor(private readonly visitor: Visitor) {}

  value(value: JsonValue, place: Place): JsonValue {
    if (typeof value === "string") return this.text(value, place);
    if (value === null || typeof value !== "object") return value;
    return isArray(value) ? this.list(value, place) : this.object(value, place);
  }

  reference(text: string, path: Path): string {
    const image = parseImage(text);
    if (image === undefined) return text;
    const digest = this.visitor.image(image, path);
    return digest === undefined || image.digest !== undefined ? text : `${text}@${digest}`;
  }

  digestOf(text: string, path: Path): string | undefined {
    const image = parseImage(text);
    if (image === undefined) return undefined;
    const digest = this.visitor.image(image, path);
    return image.digest === undefined ? digest : undefined;
  }

  unexplained(text: string, path: Path): void {
    this.visitor.unexplained(text, path);
  }

  embeddedText(text: string, path: Path): string {
    return rewriteEmbedded(text, path, this.visitor, walk);
  }

  private text(text: string, place: Place): string {
    if (looksLikeImage(text) || (/(^i|I)mage$/.test(place.key) && parseImage(text)?.tag !== undefined))
      this.visitor.unexplained(text, place.path);
    return text;
  }

  private list(list: readonly JsonValue[], place: Place): JsonValue {
    const items = list.map((item, i) => this.value(item, { ...place, path: [...place.path, i] }));
    return items.some((item, i) => item !== list[i]) ? items : list;
  }

  private object(object: JsonObject, outer: Place): JsonValue {
    const place = { ...outer, owner: ownerOf(object, outer) };
    // The schema of a custom resource holds no image of ours; examples in its descriptions are not images.
    if (place.owner.kind === "CustomResourceDefinition") return object;
    const explained = new Map(RULES.flatMap((rule) => rule(object, place, this)));
    let changed = false;
    const entries = Object.entries(object).map(([key, value]) => {
      const at = { ...place, path: [...place.path, key], key };
      const next = explained.has(key) ? explained.get(key)! : this.value(value, at);
      changed ||= next !== value;
      return [key, next] as const;
    });
    const added = [...explained].filter(([key]) => !Object.hasOwn(object, key));
    return changed || added.length > 0 ? Object.fromEntries([...entries, ...added]) : object;
  }
}

function ownerOf(object: JsonObject, place: Place): Place["owner"] {
  const { apiVersion, kind } = object;
  const isOwner = typeof apiVersion === "string" && typeof kind === "string";
  return isOwner ? { kind, depth: place.path.length } : place.owner;
}
