import assert from "node:assert/strict";
import { compile, type Compiled, type CompilerError } from "./compiling.test";
import { coverageModule } from "./recipe";

const IMPORTS = `import { type ClusterTarget, GpuInferenceCluster, GpuTrainingCluster } from "@cairn/sdk";
import { existing } from "@cairn/sdk/existing"; import { local } from "@cairn/sdk/local";
declare function cluster<S extends string, A extends string, O extends string>(s: S, a: A, o: O): ClusterTarget<S, A, O>;
declare const text: string; declare const either: "h100" | "h200"; declare const both: "slurm" | "kubeflow"; declare const system: "ubuntu" | "rhel";
`;

/** Expressions, one on each line after the imports. They are compiled once, by the first test that asks. */
class Program {
  private once: Compiled | undefined;

  constructor(
    private readonly lines: readonly string[],
    private readonly more: Readonly<Record<string, string>> = {},
  ) {}

  get compiled(): Compiled {
    return (this.once ??= compile({ "program.ts": IMPORTS + this.lines.join("\n"), ...this.more }));
  }

  errorsOf(line: string): readonly CompilerError[] {
    const first = IMPORTS.split("\n").length;
    const index = this.lines.indexOf(line);
    assert.ok(index >= 0, line);
    const { errors } = this.compiled;
    assert.deepEqual(
      errors.filter(({ file, line }) => file !== "program.ts" || line < first),
      [],
    );
    return errors.filter((error) => error.line === first + index);
  }
}

const training = (args: string): string => `new GpuTrainingCluster("x", { ${args} });`;
const inference = (args: string): string => `new GpuInferenceCluster("x", { ${args} });`;

type Wrong = readonly (readonly [line: string, at: string, message: RegExp])[];

const linesOf = (wrong: Wrong): readonly string[] => wrong.map(([line]) => line);

const expectNone = (program: Program, lines: readonly string[]): void => {
  for (const line of lines) assert.deepEqual(program.errorsOf(line), [], line);
};

/** One error on each line: the word where it stands, and what it says. */
const expectErrors = (program: Program, wrong: Wrong): void => {
  for (const [line, at, message] of wrong) {
    const found = program.errorsOf(line);
    assert.deepEqual(
      found.map((error) => error.at),
      [at],
      `${line}\n${found[0]?.message}`,
    );
    assert.match(found[0]?.message ?? "", message, line);
  }
};

const COVERED = [
  training('on: local({ accelerator: "h100" })'),
  training('on: local({ accelerator: "h100" }), platform: "any", os: "any", validate: ["conformance"]'),
  inference('on: local({ accelerator: "h100", nodes: 2 })'),
];

const REFUSED: Wrong = [
  [
    training('on: local({ accelerator: "h100" }), platform: "dynamo"'),
    "platform",
    /"dynamo"' is not assignable[^]*'platform'/,
  ],
  [training('on: local({ accelerator: "h100" }), os: "cos"'), "os", /"cos"' is not assignable/],
  [training('on: local({ accelerator: "gb200" })'), "on", /accelerator[^]*"gb200"' is not assignable[^]*"h100"/],
  [training('on: cluster("nowhere", "h100", "any")'), "on", /service[^]*"nowhere"' is not assignable/],
];

const OWN = {
  "coverage.ts": coverageModule(
    [
      {
        service: ["eks"],
        accelerator: ["h100", "h200"],
        intent: ["training"],
        os: ["any", "ubuntu"],
        platform: ["any", "kubeflow"],
      },
      { service: ["eks"], accelerator: ["h100"], intent: ["training"], os: ["ubuntu"], platform: ["slurm"] },
      { service: ["eks"], accelerator: ["h100"], intent: ["inference"], os: ["ubuntu"], platform: ["nim"] },
    ],
    "cairn types --data my-data",
    "own",
  ),
};

const OWN_COVERED = [
  training('on: cluster("eks", "h200", "any"), platform: "kubeflow", data: ["my-data"]'),
  training('on: cluster("eks", "h100", "ubuntu"), platform: "slurm"'),
  training('on: cluster("eks", "h100", "any"), os: "ubuntu", platform: "slurm"'),
  training('on: cluster("eks", either, "ubuntu"), platform: "kubeflow"'),
  training('on: cluster("eks", "h100", "ubuntu"), platform: both'),
  training('on: cluster(text, text, text), platform: "kubeflow"'),
  training('on: cluster("eks", text, "ubuntu"), platform: text, os: text'),
  inference('on: cluster("eks", "h100", "ubuntu"), platform: "nim"'),
  inference('on: cluster("eks", "h100", "rhel"), os: "ubuntu", platform: "nim"'),
  "const made: GpuTrainingCluster = " + training('on: cluster("eks", "h100", "any")'),
  'new GpuTrainingCluster("x", {} as import("@cairn/sdk").GpuClusterArgs);',
  training(
    'on: existing({ kubeconfig: text, facts: { service: "eks", accelerator: "h100", os: "any", kubernetesVersion: "1.36.1", pools: [] } }), platform: "kubeflow"',
  ),
];

const OWN_REFUSED: Wrong = [
  [training('on: local({ accelerator: "h100" })'), "on", /service[^]*"local"' is not assignable[^]*"eks"/],
  [inference('on: cluster("eks", "h200", "ubuntu"), platform: "nim"'), "on", /accelerator/],
  [training('on: cluster("eks", "h200", "ubuntu"), platform: "slurm"'), "platform", /"kubeflow" \| "any"/],
  [training('on: cluster("eks", either, "ubuntu"), platform: "slurm"'), "platform", /"slurm"/],
  [training('on: cluster("eks", "h100", "any"), platform: "slurm"'), "platform", /"slurm"/],
  [training('on: cluster("eks", "h100", "any"), platform: both'), "platform", /"slurm"/],
  [training('on: cluster("eks", text, "ubuntu"), platform: "dynamo"'), "platform", /"dynamo"/],
  [training('on: cluster("eks", "h100", "ubuntu"), platform: "nim"'), "platform", /"nim"/],
  [inference('on: cluster("eks", "h100", "ubuntu")'), '{ on: cluster("eks", "h100", "ubuntu") }', /'platform'/],
  [
    training('on: cluster("eks", "h100", system)'),
    '{ on: cluster("eks", "h100", system) }',
    /Property 'os' is missing/,
  ],
  [
    training('on: cluster("eks", "h100", "rhel")'),
    '{ on: cluster("eks", "h100", "rhel") }',
    /Property 'os' is missing/,
  ],
  [
    training(
      'on: existing({ kubeconfig: text, facts: { service: "eks", accelerator: "b200", os: "any", kubernetesVersion: "1.36.1", pools: [] } })',
    ),
    "on",
    /accelerator[^]*"b200"/,
  ],
];

const UNFINISHED = [
  training('on: cluster("eks", "h200", "ubuntu"), platform: "/*1*/"'),
  training('on: cluster("eks", "h100", "ubuntu"), platform: "/*2*/"'),
  inference('on: cluster("eks", "h100", "rhel"), os: "/*3*/"'),
  'const criteria: import("@cairn/sdk/recipe").CoveredCriteria = { intent: "training", accelerator: "/*4*/" };',
];

describe("GpuTrainingCluster and GpuInferenceCluster, compiled", function () {
  this.timeout(100_000); // the compiler reads the types of Pulumi and of Node
  const builtin = new Program([...COVERED, ...linesOf(REFUSED)]);
  const own = new Program([...OWN_COVERED, ...linesOf(OWN_REFUSED), ...UNFINISHED], OWN);

  it("take what the built-in catalogue covers", () => expectNone(builtin, COVERED));

  it("refuse a platform or an accelerator that no recipe covers there, at the property to change", () =>
    expectErrors(builtin, REFUSED));

  it("take what a catalogue of one's own covers, and what only the program's run can tell", () =>
    expectNone(own, OWN_COVERED));

  it("refuse what it does not cover, and name what is missing", () => expectErrors(own, OWN_REFUSED));

  it("lets an editor offer the values that go with those before", () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((i) => [...own.compiled.completions("program.ts", `/*${i}*/`)].sort()),
      [["any", "kubeflow"], ["any", "kubeflow", "slurm"], ["ubuntu"], ["h100", "h200"]],
    );
  });

  it("do not make the compiler read the types of Kubernetes' client, which would take longer than all others", () => {
    assert.deepEqual(
      builtin.compiled.files.filter((file) => file.includes("/@kubernetes/")),
      [],
    );
    assert.ok(builtin.compiled.files.some((file) => file.includes("/@pulumi/")));
  });
});
