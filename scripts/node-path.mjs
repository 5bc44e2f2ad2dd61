// Prints the path of a Node that can run Cairn: the host's, else the one that set-up brought.
import { createRequire } from "node:module";

try {
  console.log(createRequire(import.meta.url)("../sdk/dist/tools/node.js").nodeBinary());
} catch (error) {
  console.error(error.code === "MODULE_NOT_FOUND" ? "run `make setup` first" : error.message);
  process.exit(1);
}
