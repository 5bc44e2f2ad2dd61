import { UNKNOWN, type Value } from "@cairn/policy-kit";
import { at, entries, type Rule, type Subject } from "./rule";

interface Restriction {
  readonly isPublic: (subject: Subject) => boolean;
  /** Path of the list of ranges that may reach it; its entries are text. */
  readonly ranges: string;
  readonly fix: string;
}

const isWorldwide = (range: Value): boolean => range === "0.0.0.0/0" || range === "::/0";

/** A public API endpoint is refused, or, where the settings say so, has to name who may reach it. */
export function restricted({ isPublic, ranges, fix }: Restriction): Rule {
  return (subject) => {
    if (!isPublic(subject)) return [];
    if (subject.settings.endpoint === "private")
      return [{ path: "", problem: "the API server has a public endpoint", fix }];
    const values = at(subject.props, ranges).flatMap(({ value }): readonly Value[] =>
      Array.isArray(value) ? entries(value) : [value],
    );
    if (values.length > 0 && values.every((value) => value !== undefined && value !== UNKNOWN && !isWorldwide(value)))
      return [];
    const problem = values.includes(UNKNOWN)
      ? "who may reach the API server is not known before `up`"
      : "the API server answers the whole internet";
    return [{ path: ranges, problem, fix }];
  };
}
