import assert from "node:assert/strict";
import fc from "fast-check";
import { refusalOf } from "./kubernetes-version";

describe("the step from one Kubernetes version to the next", () => {
  const minor = fc.integer({ min: 20, max: 60 });

  it("stays, changes the patch release, or goes up by one minor version", () => {
    const same = fc.constantFrom("", ".0", ".1", ".14-gke.1234000");
    fc.assert(
      fc.property(minor, same, same, fc.boolean(), (from, patch, other, up) => {
        assert.equal(refusalOf(`1.${from}${patch}`, `1.${from + Number(up)}${other}`), undefined);
      }),
    );
  });

  it("skips none, and names the one that comes next", () => {
    fc.assert(
      fc.property(minor, fc.integer({ min: 2, max: 9 }), (from, steps) => {
        assert.match(
          refusalOf(`1.${from}`, `v1.${from + steps}.3`) ?? "",
          new RegExp(`set 1\\.${from + 1}, .* towards v1\\.${from + steps}\\.3$`),
        );
      }),
    );
  });

  it("never goes back", () => {
    assert.match(refusalOf("1.36.1", "1.35.7") ?? "", /runs Kubernetes 1\.36\.1, .* back to 1\.35\.7/);
    assert.match(refusalOf("1.36", "2.0") ?? "", /new cluster only/);
  });
});
