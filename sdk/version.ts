import { createRequire } from "node:module";

/** Version of this package. */
export const VERSION = (createRequire(__filename)("@cairn/sdk/package.json") as { readonly version: string }).version;
