import { type JsonValue } from "../json";
import { styleFor, type Style } from "./style";

/** What `cairn` needs of a stream. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
}

export const FORMATS = ["text", "json", "yaml"] as const;
export type Format = (typeof FORMATS)[number];

/** The world around one run of `cairn`. */
export interface World {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks a person; absent where there is none to ask. */
  readonly ask?: (question: string, answer: "shown" | "hidden") => Promise<string>;
}

/** What a verb is given: where it runs and how it prints. */
export interface Cli extends World {
  readonly format: Format;
  /** For text on stdout. */
  readonly style: Style;
  /** The result: `value` for machines, `text` for people. Printed once. */
  print(value: unknown, text: () => string): Promise<void>;
  /** One line for people; only in text format. */
  line(text: string): void;
}

export function cliFor(world: World, format: Format): Cli {
  const write = (text: string): void => {
    world.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  };
  return {
    ...world,
    format,
    style: styleFor(world.stdout, world.env),
    line: (text) => {
      if (format === "text") write(`${text}\n`);
    },
    print: async (value, text) => write(format === "text" ? text() : await encode(value, format)),
  };
}

/** Two spaces, keys as the verb gives them: the same input prints the same bytes. */
export async function encode(value: unknown, format: Exclude<Format, "text">): Promise<string> {
  if (format === "json") return `${JSON.stringify(value, null, 2)}\n`;
  const { stringify } = await import("yaml");
  // Through JSON, so that both formats say exactly the same.
  return stringify(JSON.parse(JSON.stringify(value)) as JsonValue, { lineWidth: 0, aliasDuplicateObjects: false });
}
