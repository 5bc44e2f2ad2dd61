import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Files, mixin, overlay, registry } from "../support.test";
import { type Broken, brokenIn, inMixin, inOverlay, inRegistry } from "./corpus.test";

const NAMES = ["x", "y", "z"] as const;

/** Documents and files that name what is not there, and files that are none. */
export const REFERENCES: readonly Broken[] = [
  inOverlay("a missing base", overlay("x", "base: loacl"), '5:3: spec.base: there is no overlay "loacl"'),
  inOverlay(
    "a missing base with a near miss",
    { ...overlay("local", "{}"), ...overlay("x", "base: loacl") },
    '5:3: spec.base: there is no overlay "loacl" (did you mean "local"?)',
  ),
  inOverlay(
    "a base named like a prototype",
    overlay("x", "base: __proto__"),
    '5:3: spec.base: there is no overlay "__proto__"',
  ),
  inOverlay(
    "a base that would forge a line of the message",
    overlay("x", 'base: "y\\n→ run `rm -r ~`\\e[2J"'),
    '5:3: spec.base: there is no overlay "y\\n→ run `rm -r ~`\\u001b[2J"',
  ),
  {
    what: "references beside a field that nobody knows: what is not there may be in the wrong document, or not",
    files: {
      ...overlay("x", "base: loacl\n  mixins: [os]\n  componentRefs: [{ name: b }]"),
      ...overlay("y", "criterai: { os: x }"),
    },
    findings: [
      '0/overlays/x.yaml:6:12: spec.mixins.0: there is no mixin "os"',
      '0/overlays/x.yaml:7:21: spec.componentRefs.0.name: component "b" is not in the registry (did you mean "a"?)',
      '0/overlays/y.yaml:5:3: spec.criterai: unknown field (did you mean "criteria"?)',
    ],
  },
  {
    what: "documents by names that are not read",
    files: { "overlays/x.YAML": "", "mixins/m.json": "", "overlays/README.md": "" },
    findings: [
      "0/mixins/m.json: is not read: documents end in .yaml or .yml",
      "0/overlays/x.YAML: is not read: documents end in .yaml or .yml",
    ],
  },
  inOverlay("a base of itself", overlay("x", "base: x"), '5:3: spec.base: "x" builds on itself'),
  {
    what: "bases in a circle, and one that leads into it",
    files: { ...overlay("x", "base: y"), ...overlay("y", "base: z"), ...overlay("z", "base: y") },
    findings: [
      '0/overlays/y.yaml:5:3: spec.base: "y" builds on itself',
      '0/overlays/z.yaml:5:3: spec.base: "z" builds on itself',
    ],
  },
  brokenIn("overlays/base.yaml")(
    "a base below the base",
    { ...overlay("x", "{}"), ...overlay("base", "base: x") },
    '5:3: spec.base: every overlay builds on "base", so it has no base of its own',
  ),
  {
    what: "66 bases on one another",
    files: Object.assign(
      {},
      ...Array.from({ length: 67 }, (_, i) => overlay(`o${i}`, i === 0 ? "{}" : `base: o${i - 1}`)),
    ) as Files,
    findings: [
      '0/overlays/o65.yaml:5:3: spec.base: "o65" builds on more than 64 overlays',
      '0/overlays/o66.yaml:5:3: spec.base: "o66" builds on more than 64 overlays',
    ],
  },
  inOverlay(
    "missing mixins",
    { ...mixin("os-ubuntu", "{}"), ...overlay("x", "mixins: [os-ubnutu, constructor]") },
    '5:12: spec.mixins.0: there is no mixin "os-ubnutu" (did you mean "os-ubuntu"?)',
    '5:23: spec.mixins.1: there is no mixin "constructor"',
  ),
  inOverlay(
    "unregistered components",
    overlay("x", "componentRefs: [{ name: aa }, { name: constructor }]"),
    '5:21: spec.componentRefs.0.name: component "aa" is not in the registry (did you mean "a"?)',
    '5:35: spec.componentRefs.1.name: component "constructor" is not in the registry',
  ),
  inMixin(
    "an unregistered component of a mixin",
    mixin("x", "componentRefs:\n    - name: zzz"),
    '6:7: spec.componentRefs.0.name: component "zzz" is not in the registry',
  ),
  inOverlay(
    "missing files of a component",
    overlay(
      "x",
      "componentRefs:\n    - name: a\n      valuesFile: components/a/valeus.yaml\n      manifestFiles:\n        - components/a/m.yaml\n        - components/a/n.yaml\n      preManifestFiles: [components/a]",
    ),
    '7:7: spec.componentRefs.0.valuesFile: there is no file "components/a/valeus.yaml" (did you mean "components/a/m.yaml"?)',
    '10:11: spec.componentRefs.0.manifestFiles.1: there is no file "components/a/n.yaml" (did you mean "components/a/m.yaml"?)',
    '11:26: spec.componentRefs.0.preManifestFiles.0: there is no file "components/a"',
  ),
  inRegistry(
    "missing files of the registry",
    {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents:\n  - name: a\n    manifestFiles: [components/a/m.yaml, components/a/mm.yaml]\n    healthCheck: { assertFile: checks/a.yaml }\n",
    },
    '4:42: components.0.manifestFiles.1: there is no file "components/a/mm.yaml" (did you mean "components/a/m.yaml"?)',
    '5:20: components.0.healthCheck.assertFile: there is no file "checks/a.yaml"',
  ),
  inOverlay(
    "names listed twice in one document",
    overlay(
      "x",
      "constraints: [{ name: c, value: a }, { name: c, value: b }]\n  componentRefs: [{ name: a }, { name: a }, { name: a }]\n  validation: { deployment: { constraints: [{ name: d, value: a }, { name: d, value: a }] } }",
    ),
    '5:42: spec.constraints.1.name: "c" is listed twice',
    '6:34: spec.componentRefs.1.name: "a" is listed twice',
    '6:47: spec.componentRefs.2.name: "a" is listed twice',
    '7:70: spec.validation.deployment.constraints.1.name: "d" is listed twice',
  ),
  inMixin(
    "names listed twice in a mixin",
    mixin("x", "componentRefs: [{ name: a }, { name: a }]"),
    '5:34: spec.componentRefs.1.name: "a" is listed twice',
  ),
  {
    what: "profiles without their default, and with what is not there",
    files: overlay(
      "x",
      "profiles:\n    - name: gpuStack\n      default: __proto__\n      values:\n        own: { componentRefs: [{ name: aa, manifestFiles: [components/a/x.yaml] }] }\n    - { name: gpuStack, default: a, values: { a: {} } }",
    ),
    findings: [
      '0/overlays/x.yaml:7:7: spec.profiles.0.default: there is no value "__proto__"',
      '0/overlays/x.yaml:9:34: spec.profiles.0.values.own.componentRefs.0.name: component "aa" is not in the registry (did you mean "a"?)',
      '0/overlays/x.yaml:9:60: spec.profiles.0.values.own.componentRefs.0.manifestFiles.0: there is no file "components/a/x.yaml" (did you mean "components/a/m.yaml"?)',
      '0/overlays/x.yaml:10:9: spec.profiles.1.name: "gpuStack" is listed twice',
    ],
  },
  {
    what: "one overlay in two files",
    files: { ...overlay("x", "{}"), "overlays/y.yaml": "kind: RecipeMetadata\nmetadata:\n  name: x\nspec: {}\n" },
    findings: ['0/overlays/y.yaml:3:3: metadata.name: overlay "x" is also defined in 0/overlays/x.yaml:3'],
  },
  inMixin(
    "one mixin in two files",
    { ...mixin("x", "{}"), "mixins/deep/x.yml": "kind: RecipeMixin\nmetadata: { name: x }\nspec: {}\n" },
    '3:13: metadata.name: mixin "x" is also defined in 0/mixins/deep/x.yml:2',
  ),
  inRegistry(
    "a component registered twice",
    { "registry.yaml": "kind: ComponentRegistry\ncomponents:\n  - name: a\n  - name: b\n  - name: a\n" },
    '5:5: components.2.name: component "a" is also defined in 0/registry.yaml:3',
  ),
  {
    what: "mistakes in many files",
    files: {
      ...registry("a"),
      ...overlay("z", "base: zz\n  mixins: [m]"),
      ...overlay("y", "componentRefs: [{ name: b }]"),
      ...mixin("x", "componentRefs: [{ name: c }]"),
    },
    findings: [
      '0/mixins/x.yaml:5:21: spec.componentRefs.0.name: component "c" is not in the registry (did you mean "a"?)',
      '0/overlays/y.yaml:5:21: spec.componentRefs.0.name: component "b" is not in the registry (did you mean "a"?)',
      '0/overlays/z.yaml:5:3: spec.base: there is no overlay "zz" (did you mean "z"?)',
      '0/overlays/z.yaml:6:12: spec.mixins.0: there is no mixin "m" (did you mean "x"?)',
    ],
  },

  {
    what: "symbolic links",
    files: {},
    prepare: (directory) => {
      symlinkSync("/etc/passwd", join(directory, "components/a/values.yaml"));
      symlinkSync("base.yaml", join(directory, "overlays/link.yaml"));
      symlinkSync("overlays", join(directory, "mixins"));
      symlinkSync(".", join(directory, "components/loop"));
    },
    findings: [
      "0/components/a/values.yaml: is a symbolic link; a catalogue holds plain files only",
      "0/components/loop: is a symbolic link; a catalogue holds plain files only",
      "0/mixins: is a symbolic link; a catalogue holds plain files only",
      "0/overlays/link.yaml: is a symbolic link; a catalogue holds plain files only",
    ],
  },
  {
    what: "a pipe that nobody writes to",
    files: {},
    prepare: (directory) => {
      execFileSync("mkfifo", [join(directory, "components/a/values.yaml")]);
    },
    findings: ["0/components/a/values.yaml: is not a plain file"],
  },
  {
    what: "directories where files are meant",
    files: {},
    prepare: (directory) => {
      mkdirSync(join(directory, "components/a/values.yaml"));
      writeFileSync(join(directory, "components/a/values.yaml/x.yaml"), "a: 1\n");
      mkdirSync(join(directory, "overlays/x.yaml"));
      writeFileSync(join(directory, "overlays/x.yaml/y.yaml"), "kind: Other\n");
    },
    findings: [
      "0/components/a/values.yaml: is a folder; a file is meant",
      "0/overlays/x.yaml: is a folder; a file is meant",
    ],
  },
  {
    what: "a file in the place of a folder",
    files: { mixins: "kind: RecipeMixin\n", ...overlay("x", "mixins: [m]") },
    findings: ["0/mixins: is a file; a folder is meant"],
  },
  {
    what: "a file that cannot be read, beside other mistakes",
    files: {
      ...overlay("x", "bsae: base"),
      ...NAMES.reduce((files, name) => ({ ...files, ...mixin(name, "{}") }), {}),
    },
    prepare: (directory) => {
      // No name in UTF-8, so that no reader of text can ask for it; permissions would not stop an administrator.
      writeFileSync(
        Buffer.concat([Buffer.from(join(directory, "mixins/y")), Buffer.from([0xff]), Buffer.from(".yaml")]),
        "",
      );
    },
    findings: [
      "0/mixins/y�.yaml: cannot be read: ENOENT: no such file or directory, lstat '0/mixins/y�.yaml'",
      '0/overlays/x.yaml:5:3: spec.bsae: unknown field (did you mean "base"?)',
    ],
  },
  {
    what: "files of more than 100 MB together",
    files: {},
    prepare: (directory) => {
      for (let i = 0; i < 11; i++) {
        const file = join(directory, `components/a/${i}.bin`);
        writeFileSync(file, "");
        truncateSync(file, 10 * 1024 * 1024);
      }
    },
    findings: ["0: holds more than 104857600 bytes"],
  },
];
