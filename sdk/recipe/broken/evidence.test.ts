import { type Files } from "../support.test";
import { type Broken, brokenIn } from "./corpus.test";

const inPointer = brokenIn("evidence/x.yaml");

const digest = `sha256:${"1".repeat(64)}`;
const SOUND_POINTER = `apiVersion: cairn.dev/v1
kind: EvidencePointer
recipe: { name: any, digest: "${digest}" }
evidence:
  repository: registry.example.com/evidence
  digest: ${digest}
  predicateType: https://cairn.dev/attestation/recipe-validation/v1
signer: { key: "${digest}" }
tier: cluster
attestedAt: 2027-01-15T12:00:00.000Z
expiresAt: 2027-04-15T12:00:00.000Z
`;
const pointer = (from = "", to = ""): Files => ({ "evidence/x.yaml": SOUND_POINTER.replace(from, to) });

/** Pointers to evidence that say too little, too much or nonsense. */
export const EVIDENCE: readonly Broken[] = [
  inPointer(
    "a pointer that is not YAML",
    { "evidence/x.yaml": "kind: [\n" },
    "2:1: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ),
  inPointer(
    "an unknown field and one that is only nearly known",
    pointer("tier: cluster", "tier: cluster\napproved: true\nexpires: never"),
    "10:1: approved: unknown field",
    '11:1: expires: unknown field (did you mean "expiresAt"?)',
  ),
  inPointer(
    "an empty name, and a digest that is none",
    pointer(`recipe: { name: any, digest: "${digest}" }`, "recipe: { name: '', digest: sha256:1 }"),
    "3:11: recipe.name: must not be empty",
    "3:21: recipe.digest: must be sha256: and 64 lower-case hex digits",
  ),
  inPointer(
    "a statement of another type",
    pointer("recipe-validation/v1\n", "recipe-validation/v2\n"),
    '7:3: evidence.predicateType: Invalid input: expected "https://cairn.dev/attestation/recipe-validation/v1"',
  ),
  inPointer(
    "a tier that nobody knows",
    pointer("tier: cluster", "tier: hopeful"),
    '9:1: tier: Invalid option: expected one of "simulated"|"cluster"|"accelerator"',
  ),
  inPointer(
    "a day in place of a time",
    pointer("2027-04-15T12:00:00.000Z", "2027-04-15"),
    "11:1: expiresAt: must be a time such as 2027-01-15T12:00:00.000Z",
  ),
  inPointer(
    "choices that are none",
    pointer(
      `"${digest}" }\nevidence`,
      `"${digest}", choices: { nodes: 0, values: [{ component: a, path: x }] } }\nevidence`,
    ),
    "3:116: recipe.choices.nodes: Too small: expected number to be >=1",
    "3:135: recipe.choices.values.0.value: must be given",
  ),
  {
    what: "two pointers for one recipe",
    files: { ...pointer(), "evidence/y.yaml": SOUND_POINTER },
    findings: ['0/evidence/y.yaml:3:11: recipe.name: evidence pointer "any" is also defined in 0/evidence/x.yaml:3'],
  },
];
