import { type CoveredCriteria as BuiltinCoverage } from "./builtin-coverage";
import { type CriteriaInput, type Dimension } from "./types";

/**
 * The catalogues whose coverage the compiler knows. The module that `cairn types --data DIR` prints adds `own`, which then counts in place
 * of `builtin`.
 */
export interface Catalogues {
  readonly builtin: BuiltinCoverage;
}

/**
 * Criteria that a recipe covers: a combination without one does not compile.
 *
 * @example
 * const criteria: CoveredCriteria = { service: "local", accelerator: "h100", intent: "training" };
 */
export type CoveredCriteria = Catalogues extends { readonly own: infer Own extends CriteriaInput }
  ? Own
  : Catalogues["builtin"];

/** `true` when a recipe covers what is stated, by itself or together with more. What is typed `string` may be anything. */
export type IsCovered<S extends CriteriaInput> = [{ [K in Told<S>]: S[K] }] extends [Shadow<Told<S>>] ? true : false;

/** The values of a dimension that are covered together with what is stated of the others, `"any"` where it may be left out. */
export type CoveredValue<D extends Dimension, S extends CriteriaInput> =
  // `infer`, so that errors show the values and not this name
  {
    [V in Values<D>]: IsCovered<Omit<S, D> & { [K in D]: V }> extends true ? V : never;
  }[Values<D>] extends infer Value extends string
    ? Value
    : never;

type Values<D extends Dimension> = NonNullable<CoveredCriteria[D]>;

/** The dimensions of which the compiler knows the value. */
type Told<S extends CriteriaInput> = { [K in keyof S & Dimension]: string extends S[K] ? never : K }[keyof S &
  Dimension];

/** What is covered, seen in some dimensions only. */
type Shadow<K extends Dimension, C = CoveredCriteria> = C extends CriteriaInput ? Pick<C, K> : never;
