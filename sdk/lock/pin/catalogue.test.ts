import assert from "node:assert/strict";
import { lockName } from "../image-name";
import { builtinCatalog } from "../../recipe";
import { parseManifests } from "../parse";
import { imagesOf } from ".";

const manifests = [...builtinCatalog().files.values()].filter(({ path }) =>
  /^components\/[^/]+\/manifests\//.test(path),
);
const images = manifests.flatMap(({ path, content }) =>
  parseManifests(content, path).flatMap((object) => imagesOf(object).map(({ image }) => ({ path, image }))),
);

describe("the images that manifests of the built-in catalogue name", () => {
  it("are all found, and each says which one it is", () => {
    for (const { path, image } of images) assert.ok(image.tag !== undefined, `${path}: ${lockName(image)} has no tag`);
    assert.ok(images.length > 20);
  });

  it("are pinned by digest, but for what operators complete or a node's image holds", () => {
    const exempt = /^components\/(network-operator|gcp-driver-installer)\//;
    for (const { path, image } of images)
      assert.ok(image.digest !== undefined || exempt.test(path), `${path}: ${lockName(image)} has no digest`);
  });
});
