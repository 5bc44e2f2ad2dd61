/*
 * Programs that tests of the compiler write: a plain one on a cloud, and what a case says otherwise.
 */
import assert from "node:assert/strict";

type Cloud = "eks" | "gke" | "aks" | "oke";
type Settings = Readonly<Record<string, string | undefined>>;

/** A program, as what it says otherwise than a plain one on its cloud: text of TypeScript by setting. */
export interface Case {
  readonly on: Cloud;
  /** `none`: the target alone. In a cluster its unknown accelerator is a second error, which stands at `on`. */
  readonly intent?: "training" | "inference" | "none";
  /** Of the cluster component. */
  readonly cluster?: Settings;
  /** Of the target. */
  readonly target?: Settings;
  readonly gpus?: Settings;
}

/** A program that does not compile. */
export interface Wrong extends Case {
  /** The setting at which the compiler points: `gpus.nodes`, `region`, `on`; the component itself is `new`. */
  readonly at: string;
  /** In what the compiler says. */
  readonly says: RegExp;
}

const PLAIN: { readonly [cloud in Cloud]: { readonly target: Settings; readonly gpus: Settings } } = {
  eks: { target: { region: '"us-west-2"' }, gpus: {} },
  gke: { target: { project: '"acme-ai"', region: '"us-central1"' }, gpus: { zone: '"us-central1-a"' } },
  aks: { target: { location: '"eastus2"' }, gpus: {} },
  oke: {
    target: { region: '"us-ashburn-1"', compartmentId: '"ocid1.compartment.oc1..aaaa"' },
    gpus: { availabilityDomain: '"Uocm:US-ASHBURN-AD-1"', image: '"ocid1.image.oc1.iad.aaaa"' },
  },
};

/** The settings of a level, each in a line of its own. */
const lines = (settings: Settings, indent: string): readonly string[] =>
  Object.entries(settings).flatMap(([key, text]) => (text === undefined ? [] : [`${indent}${key}: ${text},`]));

export function programOf({ on, intent = "training", cluster = {}, target = {}, gpus = {} }: Case): string {
  const component = intent === "training" ? "GpuTrainingCluster" : "GpuInferenceCluster";
  const settings = [
    `cloud.${on}({`,
    ...lines({ ...PLAIN[on].target, ...target }, "    "),
    `    gpus: {`,
    ...lines({ accelerator: '"h100"', nodes: "4", ...PLAIN[on].gpus, ...gpus }, "      "),
    `    },`,
    `  })`,
  ].join("\n");
  const own = `import * as cloud from "@cairn/sdk/${on}";\n`;
  if (intent === "none") return `${own}export const target = ${settings};\n`;
  return [
    `import { ${component} } from "@cairn/sdk";`,
    `${own}new ${component}("x", {`,
    `  on: ${settings},`,
    ...lines(cluster, "  "),
    `});`,
    ``,
  ].join("\n");
}

/** Number of the line in which a setting stands, from 1. */
export function lineOf(program: string, at: string): number {
  const depth = at.startsWith("gpus.") ? "      " : "";
  const key = at.split(".").at(-1);
  const starts = depth === "" ? [`new ${at}`, `  ${key}:`, `    ${key}:`] : [`${depth}${key}:`];
  const index = program
    .split("\n")
    .findIndex((line) => starts.some((start) => line.startsWith(start)) || (at === "new" && line.startsWith("new ")));
  assert.notEqual(index, -1, `the program has no line for ${at}`);
  return index + 1;
}
