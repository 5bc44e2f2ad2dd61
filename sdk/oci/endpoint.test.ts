import assert from "node:assert/strict";
import { endpointOf, parseMirrors } from "./endpoint";

const at = (registry: string, mirrors = {}): string => {
  const { origin, repository } = endpointOf({ registry, repository: "team/app" }, mirrors);
  return `${origin} ${repository}`;
};

describe("where a registry is reached", () => {
  it("is https, and http on this machine only", () => {
    assert.equal(at("ghcr.io"), "https://ghcr.io team/app");
    assert.equal(at("docker.io"), "https://registry-1.docker.io team/app");
    for (const host of ["127.0.0.1:5000", "localhost:5000", "[::1]:5000"])
      assert.equal(at(host), `http://${host} team/app`);
    for (const host of ["127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1:5000"])
      assert.equal(at(host), `https://${host} team/app`);
  });

  it("is the mirror when there is one for exactly that host", () => {
    const mirrors = parseMirrors(
      "registry.cairn.test=http://127.0.0.1:5000/demo/, ghcr.io=https://mirror.acme.example",
    );
    assert.equal(at("registry.cairn.test", mirrors), "http://127.0.0.1:5000 demo/team/app");
    assert.equal(at("ghcr.io", mirrors), "https://mirror.acme.example team/app");
    assert.equal(at("evil.ghcr.io", mirrors), "https://evil.ghcr.io team/app");
  });

  it("has no mirrors in an empty setting", () => assert.deepEqual(parseMirrors(" , "), {}));

  for (const setting of [
    "ghcr.io",
    "=http://a",
    "ghcr.io=a.example",
    "ghcr.io=ftp://a",
    "ghcr.io=https://me:pw@a",
    "a=http://",
  ])
    it(`cannot be set to ${setting}`, () =>
      assert.throws(
        () => parseMirrors(setting),
        (error: Error & { code?: string }) => error.code === "OCI_CONFIG_INVALID" && !error.message.includes("pw"),
      ));
});
