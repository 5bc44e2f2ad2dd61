import { UNKNOWN, type Value } from "@cairn/policy-kit";
import { isWorldwide } from "./ranges";
import { type Answer, at, entries, isGiven, type Rule, type Subject } from "./rule";

interface Restriction {
  readonly isPublic: (subject: Subject) => Answer;
  /** Path of the list of ranges that may reach it; its entries are text. */
  readonly ranges: string;
  /** Whether what stands there keeps the internet out. @default stated ranges, none of them too wide */
  readonly keepsOut?: (values: readonly Value[]) => boolean;
  readonly fix: string;
}

/** A public API endpoint is refused, or, where the settings say so, has to name who may reach it. */
export function restricted({ isPublic, ranges, keepsOut = areNarrow, fix }: Restriction): Rule {
  return (subject) => {
    const answer = isPublic(subject);
    if (answer === false) return [];
    const unseen = "whether the API server has a public endpoint is not known before `up`";
    if (subject.settings.endpoint === "private")
      return [{ path: "", problem: answer === UNKNOWN ? unseen : "the API server has a public endpoint", fix }];
    const values = at(subject.props, ranges).flatMap(({ value }): readonly Value[] =>
      Array.isArray(value) ? entries(value) : [value],
    );
    if (keepsOut(values)) return [];
    return [{ path: ranges, problem: answer === UNKNOWN ? unseen : problemOf(values), fix }];
  };
}

const areNarrow = (values: readonly Value[]): boolean =>
  values.length > 0 && values.every((value) => isGiven(value) && value !== UNKNOWN) && !isWorldwide(values.map(String));

const problemOf = (values: readonly Value[]): string =>
  values.includes(UNKNOWN)
    ? "who may reach the API server is not known before `up`"
    : "the API server answers the whole internet";
