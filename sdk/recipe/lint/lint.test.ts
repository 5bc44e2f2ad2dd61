import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lintCatalog, loadCatalog } from "..";
import { failure, type Files, overlay, withDirectories } from "../support.test";
import { CASES as OVERLAY_CASES } from "./cases.test";
import { COMPONENT_CASES } from "./component-cases.test";
import { type LintFinding, type LintOptions, LOADS, RULES } from ".";

const CASES = [...OVERLAY_CASES, ...COMPONENT_CASES];

function findingsIn(files: Files, options: LintOptions = {}): readonly LintFinding[] {
  return withDirectories([files], ([directory = ""]) => {
    const { findings } = lintCatalog(() => loadCatalog([directory]), options);
    return findings.map(({ file, ...found }) => ({
      ...found,
      ...(file && { file: file.slice(directory.length + 1) }),
    }));
  });
}

/** `rule file:line:column` */
const placesIn = (files: Files, options: LintOptions = {}): readonly string[] =>
  findingsIn(files, options).map(({ rule, file, line, column }) =>
    [rule, [file, line, column].filter((part) => part !== undefined).join(":")].filter((part) => part !== "").join(" "),
  );

describe("linting a catalogue", () => {
  for (const { rule, what, bad, finds, good } of CASES)
    it(`${rule} finds ${what}, and nothing else`, () => {
      const [file, text] = finds;
      const findings = findingsIn(bad);
      assert.deepEqual(
        findings.map((found) => [found.rule, found.file]),
        [[rule, file]],
      );
      const { line = 0, column = 0 } = findings[0]!;
      const there = String(bad[file])
        .split("\n")
        [line - 1]?.slice(column - 1);
      assert.ok(there?.startsWith(text), `${line}:${column}: ${there}`);
      assert.deepEqual(findingsIn(good), []);
    });

  it("has a case for every rule", () => {
    const tried = new Set([...CASES.map(({ rule }) => rule), "too-many-combinations"]);
    assert.deepEqual([...tried].sort(), [LOADS, ...RULES].map(({ name }) => name).sort());
  });

  it("gives every finding a next step", () => {
    for (const { rule, bad } of CASES.filter(({ rule }) => rule !== LOADS.name))
      assert.ok(findingsIn(bad)[0]?.hint, rule);
  });

  it("says which measurement a constraint was meant to name", () => {
    const meant: Readonly<Record<string, string>> = {
      "K8s.sever.versoin": "K8s.server.version",
      "OS.relase.ID": "OS.release.ID",
      "OS.release.id": "OS.release.ID",
      "GPU.hardware.modle": "GPU.hardware.model",
      "SystemD.kublet.service.ActiveState": "SystemD.kubelet.service.ActiveState",
      "K8s.oke-addon.nvidia-gpu-plugin": "K8s.oke-addons.nvidia-gpu-plugin",
    };
    for (const [name, path] of Object.entries(meant)) {
      const findings = findingsIn(overlay("base", `constraints: [{ name: ${name}, value: "1" }]`));
      assert.deepEqual(
        findings.map(({ rule, severity, hint }) => [rule, severity, hint]),
        [["constraint-path", "error", `did you mean ${path}?`]],
      );
    }
  });

  it("finds everything at once, in order of place, each once", () => {
    const files = {
      ...overlay("gke", "criteria: { service: GKE }\n  constraints: [{ name: x.y.z, value: ~1 }]"),
      ...overlay("eks", "criteria: { service: EKS }"),
    };
    assert.deepEqual(placesIn(files), [
      "criteria-value overlays/eks.yaml:5:15",
      "criteria-value overlays/gke.yaml:5:15",
      "constraint-path overlays/gke.yaml:6:19",
      "constraint-value overlays/gke.yaml:6:32",
    ]);
  });

  it("stops at a number of combinations that no catalogue needs", () => {
    const dimensions = ["service", "accelerator", "intent", "os", "platform"];
    const overlays = dimensions.flatMap((dimension) =>
      Array.from({ length: 9 }, (_, i) => overlay(`${dimension}${i}`, `criteria: { ${dimension}: ${dimension}${i} }`)),
    );
    assert.deepEqual(placesIn(Object.assign({}, ...overlays) as Files), ["too-many-combinations"]);
  });

  it("gives a rule another severity, or leaves it out", () => {
    const { bad } = CASES.find(({ rule }) => rule === "reason")!;
    assert.equal(findingsIn(bad, { rules: { reason: "error" } })[0]?.severity, "error");
    assert.deepEqual(findingsIn(bad, { rules: { reason: "off" } }), []);
  });

  it("refuses to set a rule that does not exist, or loading itself", () => {
    const { code, message } = failure(() => findingsIn({}, { rules: { reasons: "off", loads: "warning" } }));
    assert.equal(code, "LINT_RULE_UNKNOWN");
    assert.match(message, /there is no rule "reasons" \(did you mean "reason"\?\)/);
    assert.match(message, /the rule "loads" cannot be changed/);
  });
});

describe("docs/recipes.md", () => {
  it("lists the rules as they are", () => {
    const page = readFileSync(join(__dirname, "../../../../docs/recipes.md"), "utf8");
    const [, section = ""] = page.split("\n## Lint\n");
    const rows = section
      .split("\n## ")[0]!
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      );
    assert.deepEqual(
      rows,
      [LOADS, ...RULES].map(({ name, severity, why }) => [`\`${name}\``, severity, why]),
    );
  });
});
