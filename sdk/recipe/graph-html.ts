import { createHash } from "node:crypto";
import { Markup, markup } from "./graph-markup";
import { type GraphModel, type GraphNode } from "./graph-model";
import { DRAWING_STYLE, PAGE_STYLE } from "./graph-style";
import { dataAuthor, drawingOf, idOf, signOf, titleOf } from "./graph-svg";
import { type Author, type Constraint, DIMENSIONS, PHASES, type Recipe } from "./types";

/**
 * The drawing with everything that belongs beside it, as one file: nothing is loaded, and the policy in its head lets nothing run but what
 * stands here, whatever the documents say.
 */
export function htmlPage(model: GraphModel): string {
  const { width, height, content } = drawingOf(model);
  // Wide drawings shrink a little before they scroll.
  const style = `${DRAWING_STYLE}${PAGE_STYLE}@media screen { .graph { min-width: ${Math.round(width * 0.72)}px; } }\n`;
  const { recipe, digest } = model;
  const title = titleOf(model);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(SCRIPT)}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="digest"><code>${digest}</code></p>
${criteriaList(recipe)}
</header>
<section class="drawing">
<h2>What waits for what</h2>
${legend(model)}
<div class="scroll"><svg class="graph" role="group" aria-label="Components by level" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${content}</svg></div>
</section>
${componentsSection(model)}
<div class="pair">
${constraintsSection(recipe)}
${validationSection(recipe)}
</div>
<footer>Composed of ${recipe.metadata.appliedOverlays.join(" → ")} by Cairn ${recipe.metadata.version}.</footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** The criteria, and what was chosen beside them. */
function criteriaList({ criteria, metadata: { region, profiles = {} } }: Recipe): Markup {
  const chosen = [
    ...DIMENSIONS.map((dimension) => [dimension, criteria[dimension]] as const),
    ["GPU nodes", criteria.nodes > 0 ? String(criteria.nodes) : "any"] as const,
    ...(region === undefined ? [] : [["region", region] as const]),
    ...Object.entries(profiles),
  ];
  return markup`<dl class="criteria">
${chosen.map(([name, value]) => criterion(name, value))}</dl>`;
}

function criterion(name: string, value: string): Markup {
  const isOpen = value === "any" ? markup` class="any"` : markup``;
  return markup`<div><dt>${name}</dt><dd${isOpen}>${value}</dd></div>
`;
}

/** Who brought in components, and how to read the drawing. */
function legend({ authors }: GraphModel): Markup {
  return markup`<ul class="legend faint">
${authors.map(
  (author, i) => markup`<li>${authorMarkup(author, i, markup` data-author="${i}"`)}</li>
`,
)}</ul>
<p class="faint hint"><span class="interactive">Point at a component: <span class="to-before">what it waits for</span>, <span class="to-after">what waits for it</span>.</span> Faint arrows follow from the others.</p>`;
}

function authorMarkup(author: Author, index: number, attributes: Markup): Markup {
  return markup`<span class="author"${attributes}><svg viewBox="0 0 10 10" aria-hidden="true">${signOf(author, index, 5, 5)}</svg>${author.kind} ${author.name}</span>`;
}

function componentsSection(model: GraphModel): Markup {
  const nodes = model.nodes.toSorted((a, b) => a.index - b.index);
  return markup`<section class="components">
<h2>Components, in order of deployment</h2>
<div class="scroll"><table>
<thead><tr><th></th><th>Name</th><th>What</th><th>Namespace</th><th>Added by</th><th>After</th></tr></thead>
<tbody>
${nodes.map((node) => componentRow(node, model.authors))}</tbody>
</table></div>
</section>`;
}

function componentRow(node: GraphNode, authors: readonly Author[]): Markup {
  const { component, index, what } = node;
  return markup`<tr data-node="${idOf(node)}"${dataAuthor(node)}><td class="number">${index + 1}</td><th scope="row">${component.name}</th>
<td>${what}${note(component.source)}</td><td class="namespace">${component.namespace}</td><td>${addedBy(node, authors)}</td><td class="after-what">${othersOf(node)}</td></tr>
`;
}

function addedBy({ added }: GraphNode, authors: readonly Author[]): Markup {
  const author = added === undefined ? undefined : authors[added.author];
  if (added === undefined || author === undefined) return markup``;
  const others = added.changedBy.length === 0 ? "" : `also set by ${added.changedBy.join(", ")}`;
  return markup`${authorMarkup(author, added.author, markup``)}<span class="faint place">${added.place}</span>${note(others)}`;
}

function othersOf({ component: { dependencyRefs } }: GraphNode): readonly Markup[] {
  return dependencyRefs.map((name, i) => markup`${i === 0 ? "" : ", "}<span class="other">${name}</span>`);
}

/** A second line in a cell. */
function note(text: string | undefined): Markup {
  return text ? markup`<span class="faint">${text}</span>` : markup``;
}

function constraintsSection({ constraints }: Recipe): Markup {
  if (constraints.length === 0) return markup``;
  return markup`<section>
<h2>Constraints</h2>
<table><tbody>
${constraints.map(constraintRow)}</tbody></table>
</section>`;
}

function constraintRow({ name, value, unit, severity, remediation }: Constraint): Markup {
  return markup`<tr><th scope="row">${name}</th><td>${[value, unit].filter(Boolean).join(" ")}${note(severity)}${note(remediation)}</td></tr>
`;
}

function validationSection({ validation }: Recipe): Markup {
  const rows = PHASES.flatMap((phase) => {
    const spec = validation[phase];
    if (spec === undefined) return [];
    const checks = [...spec.checks, ...spec.constraints.map(({ name, value }) => `${name} ${value}`)];
    const limit = spec.timeout === undefined ? "" : `within ${spec.timeout}`;
    return [
      markup`<tr><th scope="row">${phase}${note(limit)}</th><td><ul class="checks">${checks.map((check) => markup`<li>${check}</li>`)}</ul></td></tr>
`,
    ];
  });
  if (rows.length === 0) return markup``;
  return markup`<section>
<h2>Validation</h2>
<table><tbody>
${rows}</tbody></table>
</section>`;
}

/** Lights up a component with its neighbours, or what one document brought in; by pointer, by keyboard, by touch. */
const SCRIPT = `
const parts = [...document.querySelectorAll("[data-node], [data-from]")];
const edges = parts.map((part) => part.dataset).filter((edge) => edge.from);
const subjectOf = (element) => element?.closest?.("[data-node], [data-author]");
const light = (subject) => {
  const { node, author } = subject?.dataset ?? {};
  document.body.classList.toggle("lit", subject != null);
  for (const { classList, dataset: part } of parts) {
    const self = node ? part.node === node : author !== undefined && part.author === author;
    const before = node && (part.to === node || edges.some(({ from, to }) => to === node && from === part.node));
    const after = node && (part.from === node || edges.some(({ from, to }) => from === node && to === part.node));
    for (const [name, holds] of Object.entries({ self, before, after, on: self || before || after }))
      classList.toggle(name, Boolean(holds));
  }
};
for (const part of document.querySelectorAll(".node, .legend .author")) part.tabIndex = 0;
addEventListener("pointerover", ({ target }) => light(subjectOf(target) ?? subjectOf(document.activeElement)));
addEventListener("focusin", ({ target }) => light(subjectOf(target)));
addEventListener("focusout", () => light());
addEventListener("keydown", ({ key }) => key === "Escape" && document.activeElement.blur());
`;
