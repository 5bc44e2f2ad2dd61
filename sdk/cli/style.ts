import { styleText } from "node:util";
import { type OutputStream } from "./cli";

type Format = Parameters<typeof styleText>[0];

/** Text styles for one stream. Plain text where there is no terminal, unless `FORCE_COLOR` is set, and under `NO_COLOR`. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly command: (text: string) => string;
}

const FORMATS: Readonly<Record<keyof Style, Format>> = {
  good: "green",
  bad: "red",
  warn: "yellow",
  strong: "bold",
  faint: "dim",
  command: "cyan",
};

export function styleFor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Style {
  const terminal = stream.isTTY === true || Boolean(env["FORCE_COLOR"]);
  const colour = terminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const style = (format: Format) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return Object.fromEntries(Object.entries(FORMATS).map(([name, format]) => [name, style(format)])) as unknown as Style;
}
