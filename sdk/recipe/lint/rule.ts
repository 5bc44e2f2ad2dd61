import { type Finding } from "../../errors";
import { type Catalog, type CatalogDocument } from "../catalog";
import { findingAt } from "../constraints";
import { formatPath, type Path } from "../path";
import { type Coordinates } from "./coordinates";

/** An `error` breaks a recipe or a deployment; a `warning` misleads whoever reads the catalogue next. */
export type Severity = "error" | "warning";

/** What rules look at. */
export interface LintSubject {
  readonly catalog: Catalog;
  /** Every kind of cluster that the catalogue is for, composed. */
  readonly coordinates: Coordinates;
}

/** One authoring rule. */
export interface Rule {
  /** Stable, for `--rule` and for machines. */
  readonly name: string;
  readonly severity: Severity;
  /** What it asks for and what it prevents, in one sentence for people. */
  readonly why: string;
  readonly check: (subject: LintSubject) => readonly Finding[];
}

/** A finding at a key or item of a document, or at the nearest thing around it. */
export function finding(document: CatalogDocument<unknown>, path: Path, message: string, hint: string): Finding {
  return { ...findingAt({ document, path }), path: formatPath(path), message, hint };
}
