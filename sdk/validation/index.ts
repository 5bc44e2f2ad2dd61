/**
 * A cluster and a recipe go in; checked assertions, as CTRF, come out.
 */
export * from "./types";
