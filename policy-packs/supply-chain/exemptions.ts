import { standing, type Standing } from "@cairn/policy-kit";
import { type Exemption } from "./config";
import { type Image } from "./reference";
import { isNamedBy } from "./rules";

/** What an exemption may be matched with. */
export interface Exemptible {
  readonly image: Image | undefined;
  readonly name: string;
  readonly urn: string;
}

/** Looks an exemption up. */
export function exemptionFor(subject: Exemptible, exemptions: readonly Exemption[], now: Date): Standing {
  const matching = exemptions.filter((entry) => matches(entry, subject));
  return standing(matching, now);
}

function matches(entry: Exemption, { image, name, urn }: Exemptible): boolean {
  if (entry.resource !== undefined) return entry.resource === name || entry.resource === urn;
  return entry.image !== undefined && image !== undefined && isNamedBy(image, entry.image);
}
