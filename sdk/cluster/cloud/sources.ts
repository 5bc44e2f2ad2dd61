import { type Block, contains, formatBlock, parseBlock, privateRangeOf } from "./cidr";
import { type Findings } from "./findings";

/** A host's own addresses, and those of one link. */
const LOCAL: readonly Block[] = ["127.0.0.0/8", "169.254.0.0/16"].flatMap((text) => parseBlock(text) ?? []);

/** The largest block that an organisation is likely to come from; two halves of the internet are no smaller than the whole. */
const WIDEST = 16;

/** Checks a block that may reach a public endpoint: somebody's addresses, and such as the internet has. */
export function checkPublicSource(block: Block, path: string, findings: Findings): void {
  const text = formatBlock(block);
  const isPrivate = privateRangeOf(block) !== undefined || LOCAL.some((outer) => contains(outer, block));
  if (block.first === 0)
    findings.add(
      path,
      `${text} is no range of someone: it lets in everybody or stands for nobody`,
      "name your own addresses",
    );
  else if (isPrivate)
    findings.add(path, `${text} is private, and requests come from the internet`, "name the address they come from");
  else
    findings.check(
      block.prefix >= WIDEST,
      path,
      `${text} is wider than a /${WIDEST}, which hardly anybody comes from`,
      "name your own addresses, such as 203.0.113.0/24",
    );
}
