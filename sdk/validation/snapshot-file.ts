import * as z from "zod";
import { CairnError, type Finding, messageOf } from "../errors";
import { type Snapshot } from "./snapshot";

const text = z.string();

/** What criteria are found by; the rest is taken as it stands. */
const schema = z.looseObject({
  kind: z.literal("Snapshot"),
  kubernetes: z.looseObject({ version: text }),
  nodes: z.array(
    z.looseObject({
      nodes: z.int().min(0),
      service: text.optional(),
      accelerator: text.optional(),
      gpus: z.int().min(0),
      os: z.looseObject({ id: text.optional() }),
    }),
  ),
});

/**
 * Reads what `cairn snapshot --output json` printed.
 *
 * @param file - Where the text is from, for messages.
 * @throws CairnError `SNAPSHOT_INVALID` with every finding
 */
export function parseSnapshot(source: string, file: string): Snapshot {
  const result = schema.safeParse(parseJson(source, file));
  // Not what zod returns: it drops keys named `__proto__`.
  if (result.success) return JSON.parse(source) as Snapshot;
  throw invalid(
    file,
    result.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
  );
}

function parseJson(source: string, file: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw invalid(file, [{ message: messageOf(error) }]);
  }
}

const invalid = (file: string, findings: readonly Finding[]): CairnError =>
  new CairnError("SNAPSHOT_INVALID", `${file} is not a snapshot`, {
    findings: findings.slice(0, 20),
    hint: "write one with `cairn snapshot --output json`",
  });
