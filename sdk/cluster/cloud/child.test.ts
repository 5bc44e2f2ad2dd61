import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as pulumi from "@pulumi/pulumi";
import { child } from "./child";

interface Args {
  readonly size: number;
  readonly colour?: string;
}

/** Keeps what it was made with. */
class Thing extends pulumi.CustomResource {
  constructor(
    name: string,
    readonly args: Args,
    readonly opts: pulumi.CustomResourceOptions,
  ) {
    super("test:index:Thing", name, { ...args }, opts);
  }
}

describe("a child resource", () => {
  before(() =>
    pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
      call: ({ inputs }) => inputs as object,
    }),
  );

  it("takes arguments that are laid over its own", () => {
    const { args } = child<Args, Thing>(Thing, "laid", { size: 1 }, {}, { colour: "red" });
    assert.deepEqual(args, { size: 1, colour: "red" });
  });

  it("lets a function change arguments and options, and leaves the originals alone", () => {
    const own = { size: 1 };
    const options = { protect: true };
    const { args, opts } = child<Args, Thing>(Thing, "changed", own, options, (args, opts, name) => {
      args.colour = name;
      opts.protect = false;
    });
    assert.deepEqual([args, opts], [{ size: 1, colour: "changed" }, { protect: false }]);
    assert.deepEqual([own, options], [{ size: 1 }, { protect: true }]);
  });

  it("is what it is without a transform", () => {
    assert.deepEqual(child(Thing, "plain", { size: 3 }, {}).args, { size: 3 });
  });
});
