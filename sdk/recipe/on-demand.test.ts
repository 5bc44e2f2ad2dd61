import assert from "node:assert/strict";
import { LazyMap } from "./on-demand";

describe("a map that is made on demand", () => {
  const make = () => {
    const made: string[] = [];
    const map = new LazyMap(["b", "__proto__", "a"], (name) => (made.push(name), name.toUpperCase()));
    return { map, made };
  };

  it("makes a value when it is asked for, once", () => {
    const { map, made } = make();
    assert.deepEqual(
      [map.size, map.has("a"), map.has("c"), [...map.keys()]],
      [3, true, false, ["b", "__proto__", "a"]],
    );
    assert.deepEqual(made, []);
    assert.deepEqual([map.get("a"), map.get("a"), map.get("c"), map.get("toString")], ["A", "A", undefined, undefined]);
    assert.deepEqual(made, ["a"]);
  });

  it("is like any other map to whoever wants all of it", () => {
    const { map } = make();
    map.get("a");
    const like = new Map([
      ["b", "B"],
      ["__proto__", "__PROTO__"],
      ["a", "A"],
    ]);
    const visited: [string, string][] = [];
    map.forEach((value, name) => visited.push([name, value]));
    assert.deepEqual([new Map(map), [...map.values()], visited], [like, [...like.values()], [...like]]);
  });
});
