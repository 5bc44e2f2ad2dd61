import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Of this package; its sources are compiled to `dist/<room>/`. */
export const VERSION = (
  JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as { readonly version: string }
).version;
