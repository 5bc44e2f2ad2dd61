import { type Exemption } from "./config";
import { type Image } from "./reference";
import { isNamedBy } from "./rules";

/** What an exemption may be matched with. */
export interface Exemptible {
  readonly image: Image | undefined;
  readonly name: string;
  readonly urn: string;
}

export type Verdict =
  | { readonly kind: "none" }
  | { readonly kind: "exempt" }
  /** There was one; `note` says so to the reader of the violation. */
  | { readonly kind: "expired"; readonly note: string };

/** Looks an exemption up. The last day counts to its end, in UTC. */
export function exemptionFor(subject: Exemptible, exemptions: readonly Exemption[], now: Date): Verdict {
  const matching = exemptions.filter((entry) => matches(entry, subject));
  if (matching.some((entry) => entry.expires >= today(now))) return { kind: "exempt" };
  const [latest] = matching.toSorted((a, b) => b.expires.localeCompare(a.expires));
  return latest === undefined
    ? { kind: "none" }
    : { kind: "expired", note: `Its exemption expired on ${latest.expires} (${latest.reason}, ${latest.link})` };
}

function matches(entry: Exemption, { image, name, urn }: Exemptible): boolean {
  if (entry.resource !== undefined) return entry.resource === name || entry.resource === urn;
  return entry.image !== undefined && image !== undefined && isNamedBy(image, entry.image);
}

const today = (now: Date): string => now.toISOString().slice(0, "2027-03-31".length);
