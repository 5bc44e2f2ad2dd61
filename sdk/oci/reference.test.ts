import assert from "node:assert/strict";
import fc from "fast-check";
import { formatReference, parseReference } from "./reference";

const HEX = "0123456789abcdef".repeat(4);

describe("parseReference", () => {
  const cases: readonly [string, ReturnType<typeof parseReference>][] = [
    ["nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["nginx:1.27", { registry: "docker.io", repository: "library/nginx", tag: "1.27" }],
    ["grafana/grafana:12", { registry: "docker.io", repository: "grafana/grafana", tag: "12" }],
    ["index.docker.io/library/nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["localhost/app:1", { registry: "localhost", repository: "app", tag: "1" }],
    ["127.0.0.1:5000/a/b:v1", { registry: "127.0.0.1:5000", repository: "a/b", tag: "v1" }],
    ["[::1]:5000/a:v1", { registry: "[::1]:5000", repository: "a", tag: "v1" }],
    ["oci://ghcr.io/acme/evidence", { registry: "ghcr.io", repository: "acme/evidence" }],
    ["ghcr.io/a/b:v1@sha256:" + HEX, { registry: "ghcr.io", repository: "a/b", tag: "v1", digest: "sha256:" + HEX }],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => assert.deepEqual(parseReference(text), expected));
  }

  const refused = [
    "",
    "ghcr.io/",
    "ghcr.io/Acme/app",
    "ghcr.io/a//b",
    "ghcr.io/../b",
    "ghcr.io/a:",
    "ghcr.io/a:-x",
    "user@ghcr.io/a",
    "ghcr.io:99999/a",
    "ghcr.io/a@sha256:abc",
    `ghcr.io/a@sha256:${HEX.toUpperCase()}`,
    `ghcr.io/a@sha512:${HEX}${HEX}`,
    `ghcr.io/a@sha256:${HEX}@sha256:${HEX}`,
    "http://ghcr.io/a",
    "ghcr.io/a b",
    "ghcr.io/a\n",
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.throws(() => parseReference(text), { code: "OCI_REFERENCE_INVALID" }));
  }

  const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,4})?$/);
  const reference = fc.record(
    {
      registry: fc.constantFrom("ghcr.io", "docker.io", "localhost", "127.0.0.1:5000", "registry.acme.example:8443"),
      repository: fc.array(component, { minLength: 2, maxLength: 4 }).map((parts) => parts.join("/")),
      tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
      digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    },
    { requiredKeys: ["registry", "repository"], noNullPrototype: true },
  );

  it("is the inverse of formatReference", () => {
    fc.assert(fc.property(reference, (ref) => assert.deepEqual(parseReference(formatReference(ref)), ref)));
  });

  it("either refuses any text or reads it to something that it reads again to the same", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z./:@-]{0,40}$/)), (text) => {
        let ref;
        try {
          ref = parseReference(text);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "OCI_REFERENCE_INVALID");
          return;
        }
        assert.deepEqual(parseReference(formatReference(ref)), ref);
      }),
    );
  });
});
