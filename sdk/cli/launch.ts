import { join } from "node:path";
import { cacheRoot, nodeBinary } from "../tools";

/** What the launcher (`bin/cairn.js`) needs to know before anything else is loaded: a Node that fits, and where compiled code is kept. */
export const launch = (): { readonly node: string; readonly compileCache: string } => ({
  node: nodeBinary(),
  compileCache: join(cacheRoot(), "compile"),
});
