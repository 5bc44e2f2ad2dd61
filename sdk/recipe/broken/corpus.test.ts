import { type CriteriaInput } from "../types";
import { type Files, overlay, registry } from "../support.test";

/** A catalogue that cannot be used, and everything that is said about it, in order. */
export interface Broken {
  readonly what: string;
  /** On top of `SOUND`. */
  readonly files: Files;
  /** What is asked of it. */
  readonly criteria?: CriteriaInput;
  /** @default "CATALOG_INVALID" */
  readonly code?: string;
  readonly findings: readonly string[];
  /** For what is not a file: links, devices, odd names. */
  readonly prepare?: (directory: string) => void;
}

/** A catalogue without a mistake: one component, one overlay. */
export const SOUND: Files = { ...registry("a"), ...overlay("base", "componentRefs: [{ name: a }]") };

/** Mistakes in one file; each finding begins with its line. */
export const brokenIn =
  (file: string) =>
  (what: string, files: Files, ...findings: readonly string[]): Broken => ({
    what,
    files,
    findings: findings.map((finding) => `0/${file}:${finding}`),
  });

export const inOverlay = brokenIn("overlays/x.yaml");
export const inMixin = brokenIn("mixins/x.yaml");
export const inRegistry = brokenIn("registry.yaml");
