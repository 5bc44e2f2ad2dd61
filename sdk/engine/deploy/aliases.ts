import { inheritedAlias, makeUrn, parseUrn } from "../urn";
import { type AliasSpec, type Goal } from "./goal";

/**
 * Every URN that a resource may have had: its own aliases, and those that follow from what its parent was called.
 * `formerParents` are the URNs that the parent may have had.
 */
export function formerUrns(urn: string, goal: Goal, formerParents: readonly string[]): string[] {
  const own = goal.options.aliases.map((alias) => aliasUrn(urn, goal, alias, goal.parent));
  const inherited = formerParents.flatMap((parent) => {
    const alone = inheritedAlias(urn, goal.parent, parent);
    return [alone, ...goal.options.aliases.map((alias) => aliasUrn(urn, goal, alias, parent))];
  });
  return [...new Set([...own, ...inherited])].filter((former) => former !== urn);
}

function aliasUrn(urn: string, goal: Goal, alias: AliasSpec, parent: string): string {
  if ("urn" in alias) return alias.urn;
  const now = parseUrn(urn);
  // The SDK fills in today's parent where the program names none.
  const aliasParent = alias.parent === undefined || alias.parent === goal.parent ? parent : alias.parent;
  return makeUrn(
    alias.stack || now.stack,
    alias.project || now.project,
    aliasParent,
    alias.type || goal.type,
    alias.name || goal.name,
  );
}
