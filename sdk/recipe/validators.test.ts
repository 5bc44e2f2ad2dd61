import assert from "node:assert/strict";
import { type Files, findingsOf, load } from "./support.test";

const validators = (entries: string): Files => ({
  "validators/catalog.yaml": `kind: ValidatorCatalog\nvalidators: [${entries}]\n`,
});

describe("the validator catalogue", () => {
  it("is merged over layers by the names of its checks", () => {
    const catalog = load(
      validators("{ name: a, phase: deployment }, { name: b, phase: deployment }"),
      validators("{ name: b, phase: conformance, requirements: [x] }"),
    );
    assert.deepEqual(
      [...catalog.validators.values()].map(({ name, value, layer }) => [name, value.phase, layer]),
      [
        ["a", "deployment", 0],
        ["b", "conformance", 1],
      ],
    );
  });

  for (const group of ["cairn.dev/v1", "aicr.nvidia.com/v1", "validator.nvidia.com/v1alpha1"])
    it(`is read with every field, as ${group} writes it`, () => {
      const files = {
        "validators/catalog.yaml": [
          `apiVersion: ${group}`,
          "kind: ValidatorCatalog",
          'metadata: { name: checks, version: "1.0.0" }',
          "validators:",
          "  - name: metrics",
          "    phase: conformance",
          "    description: Metrics arrive.",
          "    image: registry.example.com/checks:latest",
          "    timeout: 5m",
          "    args: [metrics]",
          "    env: [{ name: LOG, value: debug }]",
          "    resources: { cpu: 1 }",
          "    requirements: [accelerator_metrics]",
          "    dependencyAffinity: [{ componentRef: prometheus, requirement: preferred }]",
          "",
        ].join("\n"),
      };
      assert.equal(load(files).validators.get("metrics")?.value.timeout, "5m");
    });

  const broken: readonly (readonly [what: string, entries: string, finding: RegExp])[] = [
    ["an unknown phase", "{ name: a, phase: deploy }", /catalog\.yaml:2:25: validators\.0\.phase: .*"deployment"/],
    ["no phase", "{ name: a }", /catalog\.yaml:2:14: validators\.0\.phase: /],
    ["a bad timeout", "{ name: a, phase: deployment, timeout: ten }", /timeout: must be a duration such as `10m`$/],
    [
      "an unknown field",
      "{ name: a, phase: deployment, imge: x }",
      /\.imge: unknown field \(did you mean "image"\?\)$/,
    ],
    [
      "one name twice",
      "{ name: a, phase: deployment }, { name: a, phase: conformance }",
      /validator "a" is also defined in 0\/validators\/catalog\.yaml:2$/,
    ],
  ];
  for (const [what, entries, finding] of broken)
    it(`is refused with ${what}`, () => {
      const findings = findingsOf(() => load(validators(entries)));
      assert.equal(findings.length, 1);
      assert.match(findings[0] ?? "", finding);
    });
});
