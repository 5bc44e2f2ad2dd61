import assert from "node:assert/strict";
import { type World } from "./cli";
import { shortPaths } from "./files";

describe("paths in text for people", () => {
  const inFolder = (text: string, cwd = "/home/u"): string => shortPaths(text, { cwd } as World);

  it("are relative below the working directory", () =>
    assert.equal(inFolder("no lock at /home/u/a/b.yaml (/home/u/c)"), "no lock at a/b.yaml (c)"));
  it("stay whole elsewhere", () => {
    for (const text of ["/home/user/a", "/mnt/home/u/a", "../home/u/a", "/home/u"]) assert.equal(inFolder(text), text);
    assert.equal(inFolder("oci://a/b /etc", "/"), "oci://a/b /etc");
  });
});
