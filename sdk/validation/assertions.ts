import { type Assertion, type CheckResult } from "./types";

/** What was wanted, what was seen, and whether that is the same. */
export type Observed = Pick<Assertion, "expected" | "observed" | "passed">;

/**
 * Collects what a check asserts, in order. Nothing is thrown on a failed assertion, so that one run shows everything that is wrong.
 *
 * @example
 * ctx.assertions.negative("an image outside the lock is refused", { expected: "refused", observed, passed });
 * return ctx.assertions.result();
 */
export class Assertions {
  readonly #recorded: Assertion[] = [];

  get recorded(): readonly Assertion[] {
    return [...this.#recorded];
  }

  /** Something good happens. */
  positive(name: string, { expected, observed, passed }: Observed): void {
    this.#recorded.push({ name, control: "positive", passed, expected, observed });
  }

  /** Something bad is refused or noticed. */
  negative(name: string, { expected, observed, passed }: Observed): void {
    this.#recorded.push({ name, control: "negative", passed, expected, observed });
  }

  /** `failed` as soon as one assertion failed; `error` when nothing was asserted at all. */
  result(): CheckResult {
    const assertions = this.recorded;
    if (assertions.length === 0) return { status: "error", assertions, message: "the check asserted nothing" };
    return { status: assertions.every((a) => a.passed) ? "passed" : "failed", assertions };
  }

  /** The check cannot decide, and why. */
  undecided(message: string): CheckResult {
    return { status: "error", assertions: this.recorded, message };
  }
}
