import assert from "node:assert/strict";
import { makeUrn, parseUrn } from "../urn";
import { formerUrns } from "./aliases";
import { type Goal, noOptions } from "./goal";
import { Limiter } from "./limit";

const STACK = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s";

describe("what the program asks for", () => {
  it("has URNs with its parents' types, the stack left out", () => {
    const parent = makeUrn("s", "p", STACK, "a:b:C", "parent");
    const child = makeUrn("s", "p", parent, "d:e:F", "na::me");
    assert.equal(child, "urn:pulumi:s::p::a:b:C$d:e:F::na::me");
    assert.deepEqual(parseUrn(child), {
      stack: "s",
      project: "p",
      qualifiedType: "a:b:C$d:e:F",
      type: "d:e:F",
      name: "na::me",
    });
  });

  it("is found under its own aliases and under those of its parents", () => {
    const parent = makeUrn("s", "p", STACK, "a:b:C", "new");
    const oldParent = makeUrn("s", "p", STACK, "a:b:C", "old");
    const goal: Goal = {
      type: "d:e:F",
      name: "new-child",
      custom: true,
      parent,
      inputs: {},
      dependencies: [],
      propertyDependencies: {},
      provider: "",
      version: "",
      options: { ...noOptions, aliases: [{ name: "former", type: "", stack: "", project: "", parent: undefined }] },
    };
    const former = formerUrns(makeUrn("s", "p", parent, goal.type, goal.name), goal, [oldParent]);
    assert.deepEqual(
      former.map((urn) => urn.slice("urn:pulumi:s::p::".length)),
      ["a:b:C$d:e:F::former", "a:b:C$d:e:F::old-child"],
    );
  });
});

describe("the limit of steps at once", () => {
  it("holds, in the order of arrival, also when tasks fail", async () => {
    const limiter = new Limiter(3);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const task = async (index: number): Promise<void> => {
      order.push(index);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (index % 4 === 0) throw new Error("failed");
    };
    await Promise.allSettled(Array.from({ length: 20 }, (_, index) => limiter.run(() => task(index))));
    assert.equal(most, 3);
    assert.deepEqual(
      order,
      Array.from({ length: 20 }, (_, index) => index),
    );
    await limiter.idle();
  });
});
