import { type JsonValue } from "../json";
import { type CatalogDocument } from "./catalog";
import { formatPath, type Path, placeIn } from "./path";
import { type Author, type TraceEntry } from "./types";

/** A key or item of a document: where a value comes from. */
export interface Origin {
  readonly document: CatalogDocument<unknown> & { readonly name?: string };
  readonly path: Path;
}

/** What a {@link TraceEntry} is made from when somebody asks; most recipes are never explained. */
interface Note {
  readonly path: Path;
  readonly value: JsonValue;
  readonly origin: Origin;
  readonly rule: string;
  readonly replaced?: Note | undefined;
}

interface Branch {
  note?: Note;
  /** What stood here as a leaf before it became a branch. */
  shadowed?: Note;
  readonly branches: Map<string, Branch>;
}

/** Records who set each value of a recipe while it is composed. */
export class Trace {
  private readonly root: Branch = { branches: new Map() };

  /** @param value - Plain data of a document. */
  set(path: Path, value: unknown, origin: Origin, rule: string): void {
    let branch = this.root;
    let shadowed: Note | undefined;
    for (const segment of path) {
      if (branch.note !== undefined) {
        branch.shadowed = branch.note;
        delete branch.note;
      }
      shadowed = branch.shadowed ?? shadowed;
      branch = child(branch, String(segment));
    }
    const replaced = branch.note ?? firstNote(branch) ?? shadowed;
    branch.note = { path, value: value as JsonValue, origin, rule, replaced };
    branch.branches.clear();
  }

  /** Forgets a value that a document cleared. */
  remove(path: Path): void {
    const parent = path.slice(0, -1).reduce<Branch>((branch, segment) => child(branch, String(segment)), this.root);
    parent.branches.delete(String(path.at(-1)));
  }

  /** One entry for each value of the result, in the order in which they were first set. */
  entries(): readonly TraceEntry[] {
    return [...notesOf(this.root)].map(entryOf);
  }
}

function entryOf({ path, value, origin, rule, replaced }: Note): TraceEntry {
  const [line] = placeOf(origin);
  const by = authorOf(origin);
  const said = { file: origin.document.file, line, ...(by === undefined ? {} : { by }), rule };
  const entry = { path: formatPath(path), value, ...said };
  return replaced === undefined ? entry : { ...entry, replaced: entryOf(replaced) };
}

/** Line and column of an origin, or of the nearest thing around it. */
export function placeOf({
  document,
  path,
}: {
  readonly document: Pick<Origin["document"], "places">;
  readonly path: Path;
}): readonly [line: number, column: number] {
  return placeIn(document.places, path);
}

const AUTHORS: readonly (readonly [folder: string, kind: Author["kind"]])[] = [
  ["overlays/", "overlay"],
  ["mixins/", "mixin"],
];

function authorOf({ document: { path, name } }: Origin): Author | undefined {
  const kind = AUTHORS.find(([folder]) => path.startsWith(folder))?.[1];
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

function child(branch: Branch, segment: string): Branch {
  let next = branch.branches.get(segment);
  if (next === undefined) {
    next = { branches: new Map() };
    branch.branches.set(segment, next);
  }
  return next;
}

function* notesOf(branch: Branch): Generator<Note> {
  if (branch.note !== undefined) yield branch.note;
  for (const next of branch.branches.values()) yield* notesOf(next);
}

function firstNote(branch: Branch): Note | undefined {
  for (const note of notesOf(branch)) return note;
  return undefined;
}
