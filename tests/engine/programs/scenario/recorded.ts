import * as pulumi from "@pulumi/pulumi";

/**
 * A resource that exists as a line in the file `$LOG`. Its inputs steer it: `key` forces a replacement, `before` asks to delete first,
 * `failOn` makes an operation fail, `delay` makes it slow, `gone` and `drift` are what a read finds.
 */
const provider: pulumi.dynamic.ResourceProvider = {
  check: async (_olds, news) => ({
    inputs: news,
    failures: news.failOn === "check" ? [{ property: "failOn", reason: "refused" }] : [],
  }),
  diff: async (_id, olds, news) => {
    const replaces = olds.key !== news.key ? ["key"] : [];
    const own = (values: Record<string, unknown>) =>
      JSON.stringify(
        Object.entries(values)
          .filter(([name]) => !["made", "echo", "__provider"].includes(name))
          .sort(),
      );
    return { changes: own(olds) !== own(news), replaces, deleteBeforeReplace: news.before === true };
  },
  create: async (inputs) => {
    const { record } = require(process.env["RECORD"] as string);
    return record("create", inputs);
  },
  update: async (id, _olds, news) => {
    const { record } = require(process.env["RECORD"] as string);
    return { outs: (await record("update", news, id)).outs };
  },
  delete: async (id, props) => {
    const { record } = require(process.env["RECORD"] as string);
    await record("delete", props, id);
  },
  read: async (id, props) => {
    const { world } = require(process.env["RECORD"] as string);
    return world(id, props);
  },
};

export class Recorded extends pulumi.dynamic.Resource {
  declare readonly made: pulumi.Output<string>;
  declare readonly echo: pulumi.Output<string>;
  constructor(name: string, props: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    super(provider, name, { made: undefined, echo: undefined, label: name, ...props }, options, "test", "Recorded");
  }
}
