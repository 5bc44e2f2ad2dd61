import assert from "node:assert/strict";
import { compile } from "./compiling.test";
import { coverageModule } from "./recipe";

const IMPORTS = `import { type ClusterTarget, GpuInferenceCluster, GpuTrainingCluster } from "@cairn/sdk";
import { existing } from "@cairn/sdk/existing"; import { local } from "@cairn/sdk/local";
declare function cluster<S extends string, A extends string, O extends string>(s: S, a: A, o: O): ClusterTarget<S, A, O>;
declare const text: string; declare const either: "h100" | "h200"; declare const both: "slurm" | "kubeflow"; declare const system: "ubuntu" | "rhel";
`;

/** Compiles one expression on each line, after the imports. */
function errorsOf(lines: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { errors } = compile({ "program.ts": IMPORTS + lines.join("\n"), ...more });
  const first = IMPORTS.split("\n").length;
  assert.deepEqual(
    errors.filter(({ file, line }) => file !== "program.ts" || line < first),
    [],
  );
  return lines.map((_, i) =>
    errors.filter(({ line }) => line === first + i).map(({ at, message }) => ({ at, message })),
  );
}

const training = (args: string): string => `new GpuTrainingCluster("x", { ${args} });`;
const inference = (args: string): string => `new GpuInferenceCluster("x", { ${args} });`;

/** Programs that compile. */
const expectNone = (lines: readonly string[], more?: Readonly<Record<string, string>>): void => {
  for (const [i, errors] of errorsOf(lines, more).entries()) assert.deepEqual(errors, [], lines[i]);
};

/** Programs with one error each: the word where it stands, and what it says. */
const expectErrors = (
  cases: readonly (readonly [line: string, at: string, message: RegExp])[],
  more?: Readonly<Record<string, string>>,
): void => {
  const found = errorsOf(
    cases.map(([line]) => line),
    more,
  );
  for (const [i, [line, at, message]] of cases.entries()) {
    assert.deepEqual(
      found[i]?.map((error) => error.at),
      [at],
      `${line}\n${found[i]?.[0]?.message}`,
    );
    assert.match(found[i]?.[0]?.message ?? "", message, line);
  }
};

describe("GpuTrainingCluster and GpuInferenceCluster, compiled", function () {
  this.timeout(100_000); // the compiler reads the types of Pulumi and of Node

  it("take what the built-in catalogue covers", () => {
    expectNone([
      training('on: local({ accelerator: "h100" })'),
      training('on: local({ accelerator: "h100" }), platform: "any", os: "any", validate: ["conformance"]'),
      inference('on: local({ accelerator: "h100", nodes: 2 })'),
    ]);
  });

  it("refuse a platform or an accelerator that no recipe covers there, at the property to change", () => {
    expectErrors([
      [
        training('on: local({ accelerator: "h100" }), platform: "dynamo"'),
        "platform",
        /"dynamo"' is not assignable[^]*'platform'/,
      ],
      [training('on: local({ accelerator: "h100" }), os: "cos"'), "os", /"cos"' is not assignable/],
      [training('on: local({ accelerator: "gb200" })'), "on", /accelerator[^]*"gb200"' is not assignable[^]*"h100"/],
      [training('on: cluster("nowhere", "h100", "any")'), "on", /service[^]*"nowhere"' is not assignable/],
    ]);
  });

  const own = {
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

  it("take what a catalogue of one's own covers, and what only the program's run can tell", () => {
    expectNone(
      [
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
      ],
      own,
    );
  });

  it("refuse what it does not cover, and name what is missing", () => {
    expectErrors(
      [
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
      ],
      own,
    );
  });

  it("lets an editor offer the values that go with those before", () => {
    const program = [
      training('on: cluster("eks", "h200", "ubuntu"), platform: "/*1*/"'),
      training('on: cluster("eks", "h100", "ubuntu"), platform: "/*2*/"'),
      inference('on: cluster("eks", "h100", "rhel"), os: "/*3*/"'),
      'const criteria: import("@cairn/sdk/recipe").CoveredCriteria = { intent: "training", accelerator: "/*4*/" };',
    ];
    const { completions } = compile({ "program.ts": IMPORTS + program.join("\n"), ...own });
    assert.deepEqual(
      [1, 2, 3, 4].map((i) => [...completions("program.ts", `/*${i}*/`)].sort()),
      [["any", "kubeflow"], ["any", "kubeflow", "slurm"], ["ubuntu"], ["h100", "h200"]],
    );
  });
});
