import * as fs from "node:fs";
import { killMarked } from "./processes";

/**
 * Waits until its standard input closes. A test process that ends in order says so first; without a word it was killed, and what it
 * started is killed too.
 */
const [run = "", scratch = ""] = process.argv.slice(2);
let lastWord = "";
process.stdin.on("data", (chunk) => (lastWord += String(chunk)));
process.stdin.on("end", () => {
  if (lastWord === "over") return;
  killMarked(run);
  fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
