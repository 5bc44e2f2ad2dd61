/**
 * A resolved recipe goes in; a lock file, and objects rendered from locked bytes with every image pinned, come out.
 */
export * from "./types";
