import { type Area, layOut, type Layout, type Point } from "./graph-layout";
import { fitted, Markup, markup, widthOf } from "./graph-markup";
import { type GraphEdge, type GraphModel, type GraphNode } from "./graph-model";
import { DRAWING_STYLE, TONES } from "./graph-style";
import { type Author, DIMENSIONS } from "./types";

const MARGIN = 16;
const BAND = { margin: 12, head: 34, foot: 14 };
const BOX = { narrowest: 150, widest: 300, height: 90, left: 18, right: 14, radius: 8, stripe: 5 };
/** From the top of a box to the lines of text in it. */
const LINES = { name: 25, what: 43, namespace: 59, author: 77 };
const NAME = 14;
const TEXT = 12;
/** What bold type takes more than plain. */
const BOLD = 1.08;

/** The drawing as a file of its own: static, with nothing around it. */
export function svgFile(model: GraphModel): string {
  const title = titleOf(model);
  const { width, height, content } = drawingOf(model);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${title}</title>
<style>${new Markup(DRAWING_STYLE)}</style>
<rect class="ground" width="${width}" height="${height}" rx="12"/>
${content}</svg>
`.text;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What stands inside the `svg` element. */
  readonly content: Markup;
}

export function drawingOf({ nodes, edges, authors }: GraphModel): Drawing {
  const boxes = nodes.map((node) => ({
    id: idOf(node),
    column: node.level,
    width: Math.ceil(widthNeeded(node, authors)),
    height: BOX.height,
  }));
  const layout = layOut(
    boxes,
    edges.map(({ from, to }) => ({ from: idOf(from), to: idOf(to) })),
  );
  const top = MARGIN + BAND.head;
  const ways = edges.map((edge, i) => ({ edge, way: wayOf(layout.routes[i] ?? []) }));
  // What is implied lies below.
  const inOrder = [...ways.filter(({ edge }) => edge.isImplied), ...ways.filter(({ edge }) => !edge.isImplied)];
  const content = markup`${bandsOf(layout)}<g transform="translate(${MARGIN + BAND.margin} ${top})">
${inOrder.map(({ edge, way }) => edgeMarkup(edge, way))}${nodes.map((node) => nodeMarkup(node, authors, layout.areas.get(idOf(node))))}</g>
`;
  return {
    width: layout.width + 2 * (MARGIN + BAND.margin),
    height: layout.height + top + BAND.foot + MARGIN,
    content,
  };
}

export const idOf = ({ index }: GraphNode): string => `c${index}`;

export function titleOf({ recipe: { criteria } }: GraphModel): string {
  const stated = DIMENSIONS.map((dimension) => criteria[dimension]).filter((value) => value !== "any");
  return `Recipe for ${stated.join(", ") || "anything"}`;
}

/** A disc for an overlay, a diamond for a mixin, in the author's colour. */
export function signOf(author: Author, index: number, x: number, y: number): Markup {
  const tone = toneOf(index);
  return author.kind === "overlay"
    ? markup`<circle class="${tone}" cx="${x}" cy="${y}" r="4"/>`
    : markup`<path class="${tone}" d="M${x - 5} ${y}l5-5 5 5-5 5z"/>`;
}

const toneOf = (index: number): string => `tone${index % TONES}`;

const namespaceOf = ({ component }: GraphNode): string => `ns ${component.namespace}`;

function authorOf({ added }: GraphNode, authors: readonly Author[]): string {
  return added === undefined ? "" : (authors[added.author]?.name ?? "");
}

function widthNeeded(node: GraphNode, authors: readonly Author[]): number {
  const lines = [
    widthOf(node.component.name, NAME * BOLD),
    widthOf(node.what, TEXT),
    widthOf(namespaceOf(node), TEXT),
    widthOf(authorOf(node, authors), TEXT) + 14,
  ];
  return Math.min(BOX.widest, Math.max(BOX.narrowest, BOX.left + BOX.right + Math.max(...lines)));
}

/** A column of ground for each level, so that what deploys together stands together. */
function bandsOf({ columns, height }: Layout): readonly Markup[] {
  return columns.map(({ x, width }, level) => {
    const left = MARGIN + x;
    return markup`<rect class="band" x="${left}" y="${MARGIN}" width="${width + 2 * BAND.margin}" height="${BAND.head + height + BAND.foot}" rx="10"/>
<text class="level" x="${left + BAND.margin}" y="${MARGIN + 22}">Level ${level + 1}</text>
`;
  });
}

function edgeMarkup({ from, to, isImplied }: GraphEdge, way: string): Markup {
  const kind = isImplied ? "edge implied" : "edge";
  return markup`<path class="${kind}" data-from="${idOf(from)}" data-to="${idOf(to)}" d="${way}"><title>${to.component.name} waits for ${from.component.name}</title></path>
`;
}

/** Curves through the gutters, straight through the columns, and the head of the arrow. */
function wayOf(points: readonly Point[]): string {
  const [[x, y] = [0, 0], ...rest] = points;
  const parts = rest.map(([toX, toY], i) => {
    const [fromX, fromY] = points[i] ?? [x, y];
    if (i % 2 === 1 || fromY === toY) return `H${toX}`;
    const middle = (fromX + toX) / 2;
    return `C${middle} ${fromY} ${middle} ${toY} ${toX} ${toY}`;
  });
  return `M${x} ${y}${parts.join("")}m-6-4l6 4-6 4`;
}

function nodeMarkup(node: GraphNode, authors: readonly Author[], area: Area | undefined): Markup {
  const { x, y, width, height } = area ?? { x: 0, y: 0, width: 0, height: 0 };
  const room = width - BOX.left - BOX.right;
  const { component, added } = node;
  const author = added === undefined ? undefined : authors[added.author];
  const line = (top: number, text: string, indent = 0): Markup =>
    markup`<text x="${BOX.left + indent}" y="${top}">${fitted(text, TEXT, room - indent)}</text>`;
  const by =
    added === undefined || author === undefined
      ? markup``
      : markup`<path class="${toneOf(added.author)}" d="${stripe(height)}"/>
${signOf(author, added.author, BOX.left + 4, LINES.author - 4)}${line(LINES.author, author.name, 14)}`;
  return markup`<g class="node" role="img" data-node="${idOf(node)}"${dataAuthor(node)} transform="translate(${x} ${y})"><title>${inWords(node, author)}</title>
<rect class="box" width="${width}" height="${height}" rx="${BOX.radius}"/>
<text class="name" x="${BOX.left}" y="${LINES.name}">${fitted(component.name, NAME * BOLD, room)}</text>
${line(LINES.what, node.what)}${line(LINES.namespace, namespaceOf(node))}
${by}</g>
`;
}

export function dataAuthor({ added }: GraphNode): Markup {
  return added === undefined ? markup`` : markup` data-author="${added.author}"`;
}

/** Along the left side, following the round corners. */
function stripe(height: number): string {
  const { radius: r, stripe: w } = BOX;
  return `M${w} 0V${height}a${r} ${r} 0 0 1-${w}-${r}V${r}a${r} ${r} 0 0 1 ${w}-${r}z`;
}

function inWords({ component, what }: GraphNode, author: Author | undefined): string {
  const by = author === undefined ? [] : [`added by ${author.kind} ${author.name}`];
  const after = component.dependencyRefs.length === 0 ? [] : [`after ${component.dependencyRefs.join(", ")}`];
  return [`${component.name}: ${what} in namespace ${component.namespace}`, ...by, ...after].join("; ");
}
