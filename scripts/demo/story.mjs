// How the demo talks: a heading for each step, the commands as a person would type them, and a table at the end.
import { performance } from "node:perf_hooks";
import { styleText } from "node:util";

const style = (format, text) => styleText(format, text, { stream: process.stdout });
const rows = [];

/** Runs one step. What it returns is its result in the closing table. */
export async function step(title, run) {
  const started = performance.now();
  console.log(`\n${style("bold", `${rows.length + 1}. ${title}`)}`);
  const record = (result) => rows.push({ title, result, seconds: (performance.now() - started) / 1000 });
  try {
    record(await run());
  } catch (error) {
    record("failed");
    throw error;
  }
}

export const say = (text) => console.log(style("dim", `   ${text}`));
export const showCommand = (words) => console.log(style("cyan", `   $ ${words.join(" ")}`));

export function closingTable() {
  const width = (pick) => Math.max(...rows.map((row) => pick(row).length));
  const titles = width((row) => row.title);
  const results = width((row) => row.result);
  console.log(`\n   ${"step".padEnd(titles)}  ${"result".padEnd(results)}  seconds`);
  console.log(`   ${"─".repeat(titles)}  ${"─".repeat(results)}  ───────`);
  for (const { title, result, seconds } of rows) {
    console.log(`   ${title.padEnd(titles)}  ${result.padEnd(results)}  ${seconds.toFixed(1).padStart(7)}`);
  }
}
