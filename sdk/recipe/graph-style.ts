/** Colours for light and dark, and the look of the drawing. A page shares them with its drawing; a drawing of its own carries them. */
export const DRAWING_STYLE = `
:root { --page: #f4f6f9; --panel: #fff; --line: #d3d9e2; --ink: #18212d; --faint: #566273; --arrow: #8592a3; --hint: #c3cbd6;
  --band: #eef1f6; --before: #1765cc; --after: #b34a00; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #0e131a; --panel: #1b232e; --line: #364252; --ink: #e8edf3; --faint: #9eabbb; --arrow: #74839a; --hint: #3b4859;
    --band: #141b24; --before: #72b4ff; --after: #ffab6b; }
}
.graph { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.graph text { fill: var(--faint); font-size: 12px; }
.graph .name { fill: var(--ink); font-size: 14px; font-weight: 600; }
.graph .level { font-size: 11px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
.graph .ground { fill: var(--page); }
.graph .band { fill: var(--band); }
.graph .box { fill: var(--panel); stroke: var(--line); }
.graph .edge { fill: none; stroke: var(--arrow); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }
.graph .implied { stroke: var(--hint); stroke-width: 1.25; }
.tone0 { fill: #3b82f6 } .tone1 { fill: #f59e0b } .tone2 { fill: #10b981 } .tone3 { fill: #a855f7 }
.tone4 { fill: #ef4444 } .tone5 { fill: #06b6d4 } .tone6 { fill: #ec4899 } .tone7 { fill: #84a512 }
`;

/** How many `tone` classes there are. */
export const TONES = 8;

/** What the page around the drawing looks like, and how the drawing answers to a pointer and to the keyboard. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem clamp(1rem, 3vw, 3rem) 3rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
body > * { max-width: 100rem; margin-inline: auto; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 .75rem; font-size: 1rem; }
code { font: .86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
ul { margin: 0; padding: 0; list-style: none; }
.faint, th, footer { color: var(--faint); }
.faint { font-size: .87em; }
.digest { margin: .35rem 0 1rem; color: var(--faint); overflow-wrap: anywhere; }
.criteria { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1.5rem; }
.criteria div { display: flex; gap: .5rem; padding: .15rem .7rem; border: 1px solid var(--line); border-radius: 1rem;
  background: var(--panel); max-width: 100%; }
.criteria dt { color: var(--faint); }
.criteria dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.criteria .any { font-weight: 400; color: var(--faint); }
section { margin: 0 0 1.25rem; padding: 1.1rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--panel); }
.drawing { background: var(--page); }
.scroll { overflow-x: auto; }
.graph { display: block; max-width: 100%; height: auto; margin: auto; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.hint { margin: .25rem 0 1rem; }
.author { white-space: nowrap; border-radius: .25rem; }
.author svg { width: .7em; height: .7em; margin-right: .4em; }
table { width: 100%; border-collapse: collapse; font-size: .95em; }
th { text-align: left; font-size: .85em; font-weight: 600; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
tbody tr:last-child > * { border-bottom: 0; padding-bottom: 0; }
tbody th { color: var(--ink); font-size: 1em; }
.components th, .namespace, .place, .other { white-space: nowrap; }
.after-what { min-width: 14rem; }
td.number { color: var(--faint); font-variant-numeric: tabular-nums; width: 2.2rem; }
:is(td, th) .faint { display: block; font-weight: 400; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 1.25rem; }
.pair section { align-self: start; }
.checks { display: flex; flex-wrap: wrap; gap: .3rem; }
.checks li { padding: 0 .55rem; border: 1px solid var(--line); border-radius: .4rem; }
[data-node], [data-author] { cursor: default; outline: none; transition: opacity .12s; }
.graph .edge { transition: opacity .12s, stroke .12s; }
.graph .node:hover .box, .graph .node:focus .box { stroke: var(--ink); }
:focus-visible .box { stroke-width: 2; }
.author:focus-visible { outline: 2px solid var(--before); outline-offset: 2px; }
.lit .node:not(.on) { opacity: .35; }
.lit .edge:not(.on) { opacity: .18; }
.lit .edge.before { stroke: var(--before); stroke-width: 2.25; }
.lit .edge.after { stroke: var(--after); stroke-width: 2.25; }
.lit .node.before .box { stroke: var(--before); }
.lit .node.after .box { stroke: var(--after); }
.lit tbody .self > * { background: var(--band); }
.to-before { color: var(--before); } .to-after { color: var(--after); }
footer { font-size: .87em; }
@media print {
  @page { size: landscape; margin: 12mm; }
  body { padding: 0; font-size: 10px; background: none; }
  section { break-inside: avoid; }
  .components { break-inside: auto; }
  .components * { white-space: normal; min-width: 0; }
  tr { break-inside: avoid; }
  h2, thead { break-after: avoid; }
  .scroll { overflow: visible; }
  .graph { max-height: 65vh; }
  .graph, .author { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .interactive { display: none; }
}
`;
