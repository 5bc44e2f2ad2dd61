// The walls of the house (docs/architecture.md): data flows criteria → recipe → lock → cluster + stack → validation → evidence,
// and a room imports only rooms to its left, and plumbing.
const plumbing = ["kube", "oci", "sigstore", "tools", "files"];
const shared = "^sdk/(duration|errors|json|map-of|nearest|version)\\.ts$";
const flow = ["recipe", "lock", "cluster", "stack", "validation", "evidence"];
const room = (...names) => `^sdk/(${names.join("|")})/`;
const test = "\\.test\\.ts$";

const leftToRight = flow.slice(0, -1).map((name, i) => ({
  name: `${name}-imports-nothing-to-its-right`,
  severity: "error",
  from: { path: room(name) },
  to: { path: room(...flow.slice(i + 1)) },
}));

module.exports = {
  forbidden: [
    ...leftToRight,
    {
      name: "recipe-is-pure",
      comment: "recipe/ imports nothing but libraries and what every room shares.",
      severity: "error",
      from: { path: room("recipe"), pathNot: test },
      to: { path: "^sdk/", pathNot: [room("recipe"), shared] },
    },
    {
      name: "plumbing-knows-no-room",
      severity: "error",
      from: { path: room(...plumbing) },
      to: { path: "^sdk/", pathNot: [room(...plumbing), shared] },
    },
    {
      name: "pulumi-only-at-the-edges",
      comment: "Everything else stays usable and testable without a Pulumi program around it.",
      severity: "error",
      from: {
        path: "^sdk/",
        pathNot: [
          room("cluster", "stack", "engine"),
          "^sdk/(dynamic-resource|gpu-cluster|index)\\.ts$",
          "^sdk/validation/phase(\\.test)?\\.ts$",
          "^sdk/evidence/resource\\.ts$",
          test,
        ],
      },
      to: { path: "(^|/)@pulumi/" },
    },
    {
      name: "engine-is-for-the-cli",
      severity: "error",
      from: { path: "^(sdk|policy-packs|examples)/", pathNot: room("engine", "cli") },
      to: { path: room("engine") },
    },
    {
      name: "nobody-imports-the-cli",
      severity: "error",
      from: { path: "^(sdk|policy-packs|examples)/", pathNot: room("cli") },
      to: { path: room("cli") },
    },
    {
      name: "rooms-are-entered-through-their-door",
      comment: "A room's index.ts is what others may use.",
      severity: "error",
      from: { path: "^sdk/([^/]+)/", pathNot: test },
      to: {
        path: "^sdk/([^/]+)/.+",
        pathNot: ["^sdk/$1/", "^sdk/[^/]+/index\\.ts$", "^sdk/cluster/[^/]+/index\\.ts$"],
      },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: { path: "^(sdk|policy-packs)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "sdk/tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
  },
};
