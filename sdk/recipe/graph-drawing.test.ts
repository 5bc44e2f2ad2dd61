import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { type ComponentRef, recipeGraph, type Resolution } from ".";
import { largeResolution } from "./graph-fixture.test";
import { markup, widthOf } from "./graph-markup";
import { mixin, overlay, registry, resolveFrom } from "./support.test";

const small = resolveFrom(
  {
    ...registry("admission", "operator", "queue"),
    ...overlay(
      "base",
      `mixins: [fair-share]
  componentRefs:
    - { name: admission }
    - { name: operator, source: "oci://registry.example/charts", chart: gpu-operator, version: v1.2.3, namespace: gpu, dependencyRefs: [admission] }`,
    ),
    ...overlay("x", "criteria: { os: x }\n  componentRefs: [{ name: operator, version: v1.2.4 }]"),
    ...mixin("fair-share", "componentRefs: [{ name: queue, dependencyRefs: [admission, operator] }]"),
  },
  { os: "x" },
);

describe("the drawing of a recipe", () => {
  const svg = recipeGraph(small, "svg");

  it("says of each component what it is, where it goes, and which overlay or mixin brought it in", () => {
    assert.deepEqual(titlesOf(svg, "node"), [
      "admission: manifests in namespace admission; added by overlay base",
      "operator: chart gpu-operator v1.2.4 in namespace gpu; added by overlay base; after admission",
      "queue: manifests in namespace queue; added by mixin fair-share; after admission, operator",
    ]);
    assert.deepEqual(
      textsOf(svg).map(({ text }) => text),
      [
        ...["Level 1", "Level 2", "Level 3"],
        ...["admission", "manifests", "ns admission", "base"],
        ...["operator", "chart gpu-operator v1.2.4", "ns gpu", "base"],
        ...["queue", "manifests", "ns queue", "fair-share"],
      ],
    );
  });

  it("has an arrow for each dependency, and tells those that say something new from those that do not", () => {
    assert.deepEqual(titlesOf(svg, "edge implied"), ["queue waits for admission"]);
    assert.deepEqual(titlesOf(svg, "edge"), ["operator waits for admission", "queue waits for operator"]);
  });

  it("stands alone: a title for the whole, no script, nothing to load", () => {
    assert.match(
      svg,
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img"[^>]*>\n<title>Recipe for x<\/title>/,
    );
    assert.doesNotMatch(svg, /<script|\shref=|\ssrc=|url\(|@import/);
    assert.match(svg, /prefers-color-scheme: dark/);
  });

  it("is drawn, without names of overlays, when nobody knows who wrote the recipe", () => {
    const drawing = recipeGraph({ recipe: small.recipe, trace: [] }, "svg");
    assert.equal(titlesOf(drawing, "node")[0], "admission: manifests in namespace admission");
    assert.doesNotMatch(drawing, /data-author/);
  });

  it("is the same bytes each time, wherever the catalogue lies", () => {
    for (const format of ["svg", "html"] as const)
      assert.equal(recipeGraph(largeResolution(), format), recipeGraph(largeResolution(), format));
  });

  it("keeps text within its box, however long it is", () => {
    const long = "a".repeat(90);
    const wide = "\u4e2d".repeat(40);
    const drawing = recipeGraph(
      withText(small, (ref) => ({ ...ref, namespace: `${long} ${ref.name}`, version: wide })),
      "svg",
    );
    for (const node of drawing.matchAll(/<g class="node"[^]*?<\/g>/g)) {
      const width = Number(/<rect class="box" width="([\d.]+)"/.exec(node[0])?.[1]);
      for (const { x, size, text } of textsOf(node[0])) assert.ok(x + widthOf(text, size) <= width, text);
    }
    assert.match(drawing, /a…<\/text>/);
  });
});

describe("the page of a recipe", () => {
  const page = recipeGraph(largeResolution(), "html");

  it("has beside the drawing what else the recipe says", () => {
    const cells = textIn(page);
    for (const text of [
      "Recipe for eks, h100, training",
      "GPU nodes 64",
      "K8s.server.version >= 1.34",
      "OS.release.ID ubuntu",
      "deployment within 15m expected-resources gpu-operator-version",
      "performance all-reduce-bandwidth all-reduce-bandwidth >= 300",
      "dra-driver chart 25.12.0 oci://registry.example/charts",
      "Composed of base → monitoring → gpu-stack → eks → h100-eks-training by Cairn",
    ])
      assert.ok(cells.includes(text), text);
    assert.match(page, /<p class="digest"><code>sha256:[0-9a-f]{64}<\/code>/);
  });

  it("says in its table who added a component, where, and who else had a say", () => {
    const [row = ""] = /<tr data-node="c1"[^]*?<\/tr>/.exec(recipeGraph(small, "html")) ?? [];
    assert.equal(
      textIn(row),
      "2 operator chart gpu-operator v1.2.4 oci://registry.example/charts gpu overlay base overlays/base.yaml:8 also set by x admission",
    );
  });

  it("has the profiles and the region that were chosen", () => {
    const metadata = { ...small.recipe.metadata, region: "us-gov-west-1", profiles: { gpuStack: "operator-managed" } };
    const chosen = recipeGraph({ ...small, recipe: { ...small.recipe, metadata } }, "html");
    assert.ok(textIn(chosen).includes("GPU nodes any region us-gov-west-1 gpuStack operator-managed"));
  });

  it("loads nothing, and lets nothing run but its own script", () => {
    assert.doesNotMatch(page, /\shref=|\ssrc=|url\(|@import|https?:/);
    const policy = /content="default-src 'none'; style-src '(\S+)'; script-src '(\S+)'"/.exec(page);
    const hashOf = (element: string): string => {
      const content = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)?.[1] ?? "";
      return `sha256-${createHash("sha256").update(content).digest("base64")}`;
    };
    assert.deepEqual([policy?.[1], policy?.[2]], [hashOf("style"), hashOf("script")]);
    assert.doesNotMatch(page, /\sstyle=|\son\w+=/);
  });
});

describe("text of documents in a drawing", () => {
  const HOSTILE = `"'><script>alert(1)</script></title></style></svg><img src=x onerror=alert(2)>&lt;--> ]]> \u0000\u0008\u202e`;

  it("stays text", () => {
    for (const format of ["svg", "html"] as const) {
      const harmless = recipeGraph(
        saying(small, () => "harmless"),
        format,
      );
      const drawing = recipeGraph(
        saying(small, () => HOSTILE),
        format,
      );
      assert.deepEqual(skeletonOf(drawing), skeletonOf(harmless));
      assert.ok(drawing.includes("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
      assert.doesNotMatch(drawing, /alert\(1\)<\/script|<img|\u0000|\u0008|\u202e/);
    }
  });

  it("is shown as a replacement character where XML cannot carry it", () => {
    assert.equal(markup`<b>${"a\u0000\ud800\ufffe\tb"}</b>`.text, "<b>a\ufffd\ufffd\ufffd\tb</b>");
  });

  it("never changes what the drawing consists of", () => {
    const character = fc.oneof(
      fc.constantFrom(..."<>&\"'/=-! x"),
      fc.nat({ max: 0x10f7ff }).map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800)),
    );
    const text = fc.string({ unit: character, minLength: 1, maxLength: 40 }).map((s) => `x${s}`);
    const drawn = (format: "svg" | "html", text: () => string): readonly string[] =>
      skeletonOf(recipeGraph(saying(small, text), format));
    const expected = { svg: drawn("svg", () => "x"), html: drawn("html", () => "x") };
    fc.assert(
      fc.property(fc.array(text, { minLength: 5, maxLength: 5 }), (texts) => {
        for (const format of ["svg", "html"] as const) {
          let next = 0;
          assert.deepEqual(
            drawn(format, () => texts[next++ % texts.length] ?? ""),
            expected[format],
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** A resolution in which everything that a document may say freely is said by `text`. */
function saying(resolution: Resolution, text: () => string): Resolution {
  const last = text();
  const { recipe } = withText(resolution, (ref) => ({
    ...ref,
    name: ref.name === "queue" ? last : ref.name,
    namespace: text(),
    ...(ref.type === "Helm" ? { chart: text(), version: text(), source: text() } : {}),
  }));
  return {
    ...resolution,
    recipe: {
      ...recipe,
      deploymentOrder: recipe.deploymentOrder.map((name) => (name === "queue" ? last : name)),
      criteria: { ...recipe.criteria, os: text(), platform: text() },
      metadata: {
        version: text(),
        appliedOverlays: ["base", text()],
        region: text(),
        profiles: { [text()]: text() },
      },
      constraints: [{ name: text(), value: text(), severity: text(), remediation: text(), unit: text() }],
      validation: {
        conformance: { timeout: text(), checks: [text()], constraints: [{ name: text(), value: text() }] },
      },
    },
    trace: resolution.trace.map((entry) =>
      entry.by === undefined
        ? entry
        : { ...entry, by: { ...entry.by, name: entry.by.name === "x" ? text() : `${entry.by.name} ${entry.by.kind}` } },
    ),
  };
}

function withText(resolution: Resolution, change: (ref: ComponentRef) => ComponentRef): Resolution {
  const { recipe } = resolution;
  return { ...resolution, recipe: { ...recipe, componentRefs: recipe.componentRefs.map(change) } };
}

/** Elements with the names of their attributes, in order. Fails unless they are closed as they were opened. */
function skeletonOf(drawing: string): readonly string[] {
  const open: string[] = [];
  const elements: string[] = [];
  const rest = drawing
    .replace(/^<!doctype html>/, "")
    .replace(/<(style|script)>[^]*?<\/\1>/g, (_, name: string) => (elements.push(name), ""))
    .replace(
      /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+="[^"<>]*")*)\s*(\/?)>/g,
      (_, end: string, name: string, attributes: string, empty: string) => {
        if (end !== "") assert.equal(name, open.pop());
        else {
          elements.push(
            [name, ...[...attributes.matchAll(/([a-zA-Z:-]+)="/g)].map(([, attribute]) => attribute)].join(" "),
          );
          if (empty === "" && name !== "meta") open.push(name);
        }
        return "";
      },
    );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/);
  return elements;
}

const plain = (text: string): string =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/&(lt|gt|quot|amp|#39);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name] ?? "'")
    .replace(/\s+/g, " ")
    .trim();

/** What a page says outside its drawing. */
const textIn = (page: string): string => plain(page.replace(/<(svg|style|script)[^]*?<\/\1>/g, " "));

function titlesOf(drawing: string, kind: string): readonly string[] {
  return [...drawing.matchAll(new RegExp(`class="${kind}"[^>]*><title>(.*?)</title>`, "g"))].map(([, title]) =>
    plain(title ?? ""),
  );
}

function textsOf(drawing: string): readonly { readonly x: number; readonly size: number; readonly text: string }[] {
  return [...drawing.matchAll(/<text( class="name")?(?: class="level")? x="([\d.]+)"[^>]*>(.*?)<\/text>/g)].map(
    ([, isName, x, text]) => ({ x: Number(x), size: isName === undefined ? 12 : 14, text: plain(text ?? "") }),
  );
}
