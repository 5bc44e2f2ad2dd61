import assert from "node:assert/strict";
import {
  explain,
  parseDynamic,
  parseSetting,
  type RecipeChoices,
  recipeDigest,
  resolve,
  type Resolution,
  settingsOf,
  splitDynamic,
  withDynamicValues,
} from ".";
import { FILES, resolveWith, valuesOf } from "./choices-fixture.test";
import { criteriaOf } from "./criteria";
import { failure, type Files, findingsOf, load, overlay } from "./support.test";

describe("values that are set", () => {
  const set = (...settings: readonly string[]): Resolution =>
    resolveWith(FILES, { values: settings.map((setting) => parseSetting(setting)) });

  it("have the last word, reach into lists, and stand in the recipe and its trace", () => {
    const resolution = set("gpu:driver.version=590.48.01", "gpu:tolerations[1].key=c", "gpu:tolerations[2]=null");
    assert.deepEqual(valuesOf(resolution, "gpu"), {
      driver: { version: "590.48.01", enabled: false },
      tolerations: [{ key: "a" }, { key: "c" }, null],
    });
    assert.deepEqual(resolution.recipe.metadata.values?.[1], {
      component: "gpu",
      path: "tolerations[1].key",
      value: "c",
    });
    const [entry] = explain(resolution, "gpu.driver.version");
    assert.deepEqual([entry?.file, entry?.rule, entry?.replaced?.value], ["--set", "set from outside", "580"]);
    assert.equal(explain(resolution, "gpu.tolerations")[0]?.file, "--set");
  });

  it("are read as scalars that lose nothing, as JSON, or as text", () => {
    const read = (text: string) => parseSetting(`gpu:x=${text}`).value;
    assert.deepEqual(["true", "7", "1.5", "25.10", "007", "1e3", "null", "a=b"].map(read), [
      true,
      7,
      1.5,
      "25.10",
      "007",
      "1e3",
      null,
      "a=b",
    ]);
    assert.deepEqual(parseSetting('gpu:"a.b".c=[1]', "json"), { component: "gpu", path: '"a.b".c', value: [1] });
    assert.equal(parseSetting("gpu:x=7", "text").value, "7");
    for (const text of ["gpu", "gpu:x", ":x=1", "gpu:=1", "gpu:a..b=1", "gpu:x="])
      assert.equal(failure(() => parseSetting(text)).code, "SETTING_INVALID", text);
    for (const json of ["{", '"\\ud800"', '{ "\\udc00": 1 }'])
      assert.equal(failure(() => parseSetting(`gpu:x=${json}`, "json")).code, "SETTING_INVALID", json);
  });

  it("find a component by its alias, and switch one off", () => {
    const files = {
      ...FILES,
      "registry.yaml": String(FILES["registry.yaml"]).replace(
        "{ name: gpu,",
        "{ name: gpu, valueOverrideKeys: [gpuoperator],",
      ),
    };
    const resolution = resolveWith(files, { values: [parseSetting("gpuoperator:driver.version=1")] });
    assert.deepEqual(resolution.recipe.metadata.values?.[0]?.component, "gpu");
    assert.deepEqual(set("dra:enabled=false").recipe.deploymentOrder, ["gpu"]);
  });

  it("are refused, all at once, where they make no sense", () => {
    const findings = findingsOf(() => set("gpo:x=1", "late:x=1", "gpu:a=1", "gpu:a=2"));
    assert.deepEqual(findings, [
      '--set: gpo:x: the recipe has no component "gpo" (did you mean "gpu"?)',
      '--set: late:x: the recipe has no component "late"',
      "--set: gpu:a: is set twice (leave out one of the two)",
    ]);
    assert.match(
      findingsOf(() => set("gpu:tolerations[7]=1"))[0] ?? "",
      /tolerations is a list of 2 and has no item "7"/,
    );
    assert.match(
      findingsOf(() => set("gpu:driver.version.x=1"))[0] ?? "",
      /driver\.version is "580" and has nothing below it/,
    );
    const off = {
      ...FILES,
      ...overlay(
        "x",
        "base: aks\n  criteria: { os: x }\n  componentRefs: [{ name: dra, overrides: { enabled: false } }]",
      ),
    };
    const on = () => resolveWith(off, { values: [parseSetting("dra:enabled=true")] }, { service: "aks", os: "x" });
    assert.match(findingsOf(on)[0] ?? "", /dra is switched off by 0\/overlays\/x\.yaml:\d+/);
  });

  it("start a list where there is none, and tell it from a map", () => {
    const started = set("gpu:env[0].name=A", "gpu:env[1].name=B", "gpu:hosts.0=C");
    const { env, hosts } = valuesOf(started, "gpu") ?? {};
    assert.deepEqual([env, hosts], [[{ name: "A" }, { name: "B" }], { 0: "C" }]);
    const again = resolveWith(FILES, { values: started.recipe.metadata.values ?? [] });
    assert.deepEqual(again.recipe, started.recipe, "a lock keeps what was set, and reads it again");
    const refused: Readonly<Record<string, string>> = {
      "gpu:env[1].name=B":
        "--set: gpu:env[1].name: the recipe has no list at env, so that there is nothing before item 1 (start with env[0])",
      "gpu:driver[0]=x": "--set: gpu:driver[0]: driver is a map and has no items (name a key in place of the brackets)",
      "gpu:tolerations[3]=x":
        '--set: gpu:tolerations[3]: tolerations is a list of 2 and has no item "3" (the next one is tolerations[2])',
    };
    for (const [setting, finding] of Object.entries(refused)) {
      const error = failure(() => set(setting));
      assert.deepEqual([error.code, findingsOf(() => set(setting))], ["CHOICES_INVALID", [finding]]);
    }
  });

  it("lay the deeper one on the one around it, in whatever order they are named", () => {
    const outer = parseSetting('gpu:config={"a":1,"b":{"c":2}}', "json");
    const inner = [parseSetting("gpu:config.b.c=3"), parseSetting("gpu:config.d=4")];
    for (const values of [
      [outer, ...inner],
      [...inner, outer],
    ]) {
      const resolution = resolveWith(FILES, { values });
      assert.deepEqual(valuesOf(resolution, "gpu")?.["config"], { a: 1, b: { c: 3 }, d: 4 });
    }
    assert.match(
      findingsOf(() => set("gpu:config.b=1", "gpu:config=text"))[0] ?? "",
      /^--set: gpu:config\.b: config is "text" and has nothing below it/,
    );
  });

  it("read `enabled` as a switch that the chart never sees", () => {
    for (const off of ["false", "False", "0", "f"])
      assert.deepEqual(set(`dra:enabled=${off}`).recipe.deploymentOrder, ["gpu"], off);
    for (const on of ["true", "TRUE", "1"]) {
      const resolution = set(`dra:enabled=${on}`);
      assert.deepEqual(valuesOf(resolution, "dra"), { root: "/" }, on);
      assert.deepEqual(resolution.recipe.metadata.values, [{ component: "dra", path: "enabled", value: true }]);
    }
    for (const neither of ["no", "null", "2"])
      assert.match(
        findingsOf(() => set(`dra:enabled=${neither}`))[0] ?? "",
        /^--set: dra:enabled: .* is neither true nor false \(write dra:enabled=false\)$/,
      );
    assert.match(findingsOf(() => set("dra:enabled=false", "dra:enabled=true"))[0] ?? "", /is set twice/);
  });

  it("come from a program as a tree", () => {
    const values = settingsOf({ gpu: { driver: { version: "1", "a.b": null } }, dra: { list: [1] } });
    assert.deepEqual(values, [
      { component: "gpu", path: "driver.version", value: "1" },
      { component: "gpu", path: 'driver."a.b"', value: null },
      { component: "dra", path: "list", value: [1] },
    ]);
  });

  it("leave the catalogue as it was", () => {
    const catalog = load(FILES);
    const query = criteriaOf({ service: "aks" });
    const before = JSON.stringify(resolve(catalog, query));
    resolve(catalog, query, { values: [parseSetting("gpu:tolerations[0].key=z")], profiles: { gpuStack: "operator" } });
    assert.equal(JSON.stringify(resolve(catalog, query)), before);
  });
});

describe("values that are left to each program", () => {
  const dynamic = [parseDynamic("gpu:driver.version"), parseDynamic("dra:image")];
  const { recipe } = resolveWith(FILES, { dynamic });

  it("are not in the recipe, so that one lock serves programs that differ in them", () => {
    assert.deepEqual(recipe.metadata.dynamic, [
      { component: "gpu", path: "driver.version" },
      { component: "dra", path: "image" },
    ]);
    assert.deepEqual(recipe.componentRefs.find(({ name }) => name === "gpu")?.values["driver"], { enabled: false });
    const other = {
      ...FILES,
      "components/gpu/values.yaml": String(FILES["components/gpu/values.yaml"]).replace("580", "590"),
    };
    assert.equal(recipeDigest(recipe), recipeDigest(resolveWith(other, { dynamic }).recipe));
  });

  it("come back with what a program gives, below the paths that were left open and nowhere else", () => {
    const settings = settingsOf({ gpu: { driver: { version: "1" }, x: 1 }, dra: { image: { tag: "2" } } });
    const { given, fixed } = splitDynamic(settings, dynamic);
    assert.deepEqual(fixed, [{ component: "gpu", path: "x", value: 1 }]);
    const complete = withDynamicValues(recipe, given);
    assert.deepEqual(
      complete.componentRefs.map(({ values }) => values),
      [
        { root: "/", image: { tag: "2" } },
        { driver: { enabled: false, version: "1" }, tolerations: [{ key: "a" }, { key: "b" }] },
      ],
    );
    assert.deepEqual(
      findingsOf(() => withDynamicValues(recipe, [...fixed])),
      [
        "gpu:driver.version: is left to the program, which does not give it",
        "dra:image: is left to the program, which does not give it",
        "gpu:x: is not left to the program",
      ],
    );
  });

  it("are refused where a profile decides, where nothing is, and where they are set as well", () => {
    const leave =
      (path: string, ...values: readonly string[]) =>
      () =>
        resolveWith(FILES, { dynamic: [parseDynamic(path)], values: values.map((text) => parseSetting(text)) });
    assert.match(findingsOf(leave("gpu:driver.enabled"))[0] ?? "", /^--dynamic: gpu:driver\.enabled: profile gpuStack/);
    assert.match(findingsOf(leave("gpo:x"))[0] ?? "", /the recipe has no component "gpo"/);
    assert.match(findingsOf(leave("gpu:driver", "gpu:driver.version=1"))[0] ?? "", /is set as well|decides/);
    assert.match(findingsOf(leave("gpu:tolerations", "gpu:tolerations[0].key=x"))[0] ?? "", /is set as well/);
    assert.match(
      findingsOf(leave("gpu:driver.version.x"))[0] ?? "",
      /driver\.version is "580" and has nothing below it/,
    );
    for (const text of ["gpu", "gpu:", ":x", "gpu:x=1"])
      assert.equal(failure(() => parseDynamic(text)).code, "SETTING_INVALID", text);
  });
});

describe("what no program can give by itself", () => {
  const refusal = (path: string): string =>
    findingsOf(() => resolveWith(FILES, { dynamic: [parseDynamic(path)] }))[0] ?? "";

  it("is an item of a list: the list is left open in its place", () => {
    for (const path of ["gpu:tolerations[0].key", "gpu:tolerations.0.key", "gpu:tolerations[0]"])
      assert.match(refusal(path), /an item of a list cannot be left open \(leave the list open: tolerations\)$/, path);
    const { recipe } = resolveWith(FILES, { dynamic: [parseDynamic("gpu:tolerations")] });
    const given = withDynamicValues(recipe, [parseSetting("gpu:tolerations[0].key=own")]);
    assert.deepEqual(given.componentRefs[1]?.values["tolerations"], [{ key: "own" }]);
  });

  it("is whether a component is deployed", () => {
    assert.match(
      refusal("dra:enabled"),
      /whether dra is deployed cannot be left open \(decide with `--set dra:enabled=/,
    );
  });
});

describe("regional values", () => {
  const files: Files = {
    ...FILES,
    "components/gpu/regions.yaml":
      "kind: RegionalValue\napiVersion: cairn.dev/v1\nspec: { path: image.repository, regions: { us-east-1: one.example/x, cn-north-1: two.example/x } }\n",
  };

  it("follow the region, and give way to what is set", () => {
    assert.deepEqual(valuesOf(resolveWith(files, { region: "cn-north-1" }), "gpu")?.["image"], {
      repository: "two.example/x",
    });
    const values = [parseSetting("gpu:image.repository=mirror.example/x")];
    const resolution = resolveWith(files, { region: "us-east-1", values });
    assert.deepEqual(valuesOf(resolution, "gpu")?.["image"], { repository: "mirror.example/x" });
    assert.equal(resolution.recipe.metadata.region, "us-east-1");
  });

  it("are not asked for where the value is set, left open or not needed", () => {
    const elsewhere: Readonly<Record<string, RecipeChoices>> = {
      set: { values: [parseSetting("gpu:image.repository=mirror.example/x")] },
      "set with all around it": { values: [parseSetting('gpu:image={"repository":"mirror.example/x"}', "json")] },
      "left open": { dynamic: [parseDynamic("gpu:image.repository")] },
      "switched off": { values: [parseSetting("gpu:enabled=false")] },
    };
    for (const [how, choices] of Object.entries(elsewhere))
      for (const region of [{ region: "nowhere-1" }, { region: "us-east-1" }, {}]) {
        const resolution = resolveWith(files, { ...choices, ...region });
        assert.deepEqual(resolution.warnings, [], how);
        assert.doesNotMatch(JSON.stringify(resolution.recipe), /one\.example/, how);
      }
  });

  it("stay where only something beside them is set", () => {
    const values = [parseSetting("gpu:image.tag=v1")];
    const resolution = resolveWith(files, { region: "us-east-1", values });
    assert.deepEqual(valuesOf(resolution, "gpu")?.["image"], { repository: "one.example/x", tag: "v1" });
  });

  it("warn when no region is stated, and refuse one that nobody knows", () => {
    assert.match(resolveWith(files, {}).warnings[0]?.message ?? "", /gpu\.image\.repository depends on the region/);
    assert.deepEqual(
      findingsOf(() => resolveWith(files, { region: "us-east-2" })),
      [
        'region: nobody knows gpu.image.repository for region "us-east-2" (0/components/gpu/regions.yaml) (did you mean "us-east-1"? or state it: --set gpu:image.repository=…)',
      ],
    );
  });
});
