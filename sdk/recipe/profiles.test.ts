import assert from "node:assert/strict";
import { explain } from ".";
import { FILES, resolveWith, valuesOf } from "./choices-fixture.test";
import { failure, findingsOf, load, mixin, overlay, registry, resolveFrom } from "./support.test";

describe("profiles", () => {
  it("lay their default on everything else, on all components that the choice touches", () => {
    const resolution = resolveWith(FILES, {});
    assert.deepEqual(resolution.recipe.metadata.profiles, { gpuStack: "managed" });
    assert.deepEqual(valuesOf(resolution, "gpu")?.["driver"], { version: "580", enabled: false });
    assert.deepEqual(valuesOf(resolution, "dra"), { root: "/" });
    assert.deepEqual(resolution.recipe.constraints, [{ name: "K8s.pools.driver", value: "Install" }]);
  });

  it("lay the value that was chosen, and the trace says who did it", () => {
    const resolution = resolveWith(FILES, { profiles: { gpuStack: "operator" } });
    assert.deepEqual(valuesOf(resolution, "gpu")?.["driver"], { version: "580", enabled: true, manager: "auto" });
    assert.deepEqual(valuesOf(resolution, "dra"), { root: "/run/nvidia/driver" });
    const [entry] = explain(resolution, "dra.root");
    assert.match(entry?.file ?? "", /overlays\/aks\.yaml$/);
  });

  it("say what there is when a profile or a value does not exist", () => {
    assert.deepEqual(
      findingsOf(() => resolveWith(FILES, { profiles: { gpuStak: "operator" } })),
      ['profile: the recipe has no profile "gpuStak"; it has gpuStack (did you mean "gpuStack"?)'],
    );
    assert.deepEqual(
      findingsOf(() => resolveWith(FILES, { profiles: { gpuStack: "operater" } })),
      ['profile: profile gpuStack has no value "operater"; it has managed, operator (did you mean "operator"?)'],
    );
    assert.match(findingsOf(() => resolveWith(FILES, { profiles: { constructor: "x" } }))[0] ?? "", /no profile/);
  });

  it("own what any of their values sets: neither overlays nor mixins nor settings may touch it", () => {
    const overlaid = overlay(
      "x",
      "base: aks\n  criteria: { service: aks, os: x }\n  mixins: [m]\n  componentRefs: [{ name: gpu, overrides: { driver: { manager: me } } }]",
    );
    const files = { ...FILES, ...overlaid, ...mixin("m", "componentRefs: [{ name: late, overrides: { x: 1 } }]") };
    const findings = findingsOf(() => resolveWith(files, {}, { service: "aks", os: "x" }));
    assert.equal(findings.length, 1);
    assert.match(
      findings[0] ?? "",
      /^0\/overlays\/x\.yaml:8:\d+: gpu\.driver\.manager: belongs to profile gpuStack \(0\/overlays\/aks\.yaml:\d+\)/,
    );
    const set = (path: string) =>
      findingsOf(() => resolveWith(FILES, { values: [{ component: "gpu", path, value: null }] }));
    assert.match(set("driver.enabled")[0] ?? "", /^--set: gpu:driver\.enabled: profile gpuStack .* decides this/);
    assert.match(set("driver")[0] ?? "", /decides this/);
  });

  it("do not share what they own", () => {
    const owning = (name: string, values: string) =>
      `{ name: ${name}, default: v, values: { v: { componentRefs: [{ name: gpu, overrides: ${values} }] } } }`;
    const both = `profiles: [${owning("one", "{ a: { b: 1 } }")}, ${owning("two", "{ a: { b: 2 } }")}]`;
    assert.match(
      findingsOf(() =>
        resolveFrom({ ...registry("gpu"), ...overlay("base", `${both}\n  componentRefs: [{ name: gpu }]`) }),
      ).join(),
      /base\.yaml:5:\d+: gpu\.a\.b: belongs to profile two and to profile one \(.*base\.yaml:5\)/,
    );
  });

  it("cannot demand what an overlay rules out", () => {
    const demand = "base: aks\n  criteria: { os: x }\n  constraints: [{ name: K8s.pools.driver, value: None }]";
    const error = failure(() => resolveWith({ ...FILES, ...overlay("x", demand) }, {}, { service: "aks", os: "x" }));
    assert.equal(error.code, "RECIPE_CONFLICT");
    assert.match(error.message, /K8s\.pools\.driver "Install" cannot be combined with "None" of .*overlays\/x\.yaml/);
  });

  it("are replaced whole by one of the same name further down", () => {
    const other =
      "profiles: [{ name: gpuStack, default: none, values: { none: { componentRefs: [{ name: dra, overrides: { root: /x } }] } } }]";
    const files = { ...FILES, ...overlay("x", `base: aks\n  criteria: { service: aks, os: x }\n  ${other}`) };
    const resolution = resolveWith(files, {}, { service: "aks", os: "x" });
    assert.deepEqual(resolution.recipe.metadata.profiles, { gpuStack: "none" });
    assert.deepEqual(valuesOf(resolution, "gpu")?.["driver"], { version: "580", enabled: true });
  });

  it("are checked when the catalogue is read", () => {
    const profile =
      "profile: { name: p, default: c, values: { a: { componentRefs: [{ name: gqu }] }, b: {} }, ownedPaths: { gqu: [a..b] } }\n" +
      "  profiles: [{ name: p, default: a, values: { a: {} } }]";
    assert.deepEqual(
      findingsOf(() => load({ ...FILES, ...overlay("y", profile) })).map((finding) => finding.replace(/^.*?: /, "")),
      [
        'spec.profile.default: there is no value "c" (did you mean "a"?)',
        'spec.profile.values.a.componentRefs.0.name: component "gqu" is not in the registry (did you mean "gpu"?)',
        'spec.profile.ownedPaths.gqu: component "gqu" is not in the registry (did you mean "gpu"?)',
        'spec.profile.ownedPaths.gqu.0: "a..b" is not a path',
        'spec.profiles.0.name: "p" is listed twice',
      ],
    );
  });
});
