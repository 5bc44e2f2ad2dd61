// What the dynamic provider does. A resource's inputs steer it: `key` forces a replacement, `before` asks to delete first, `failOn` makes an
// operation fail, `delay` makes it slow, `gone` and `drift` are what a read finds.
const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");

const write = (line) => fs.appendFileSync(process.env["LOG"], `${line}\n`);

async function record(operation, inputs, id) {
  const { label, delay, failOn } = inputs;
  write(`${operation}:start ${label}`);
  if (delay) await sleep(delay);
  if (failOn === operation) throw new Error(`${operation} of ${label} failed`);
  if (failOn === `${operation}-late`) {
    throw Object.assign(new Error("not ready"), {
      id: `${label}-id`,
      properties: inputs,
      reasons: ["never became ready"],
    });
  }
  write(`${operation} ${label}`);
  const { __provider, ...echoed } = inputs;
  return {
    id: id ?? `${label}-${randomUUID()}`,
    outs: { ...echoed, made: `${label}-made`, echo: JSON.stringify(echoed) },
  };
}

function world(id, props) {
  const drift = process.env["DRIFT"] ? JSON.parse(process.env["DRIFT"])[props.label] : undefined;
  if (drift === "gone") return { id: "", props: {} };
  return { id, props: { ...props, ...drift } };
}

/** What is compared; the rest is ours or Pulumi's. */
const own = (values) =>
  JSON.stringify(
    Object.entries(values)
      .filter(([name]) => !["made", "echo", "__provider"].includes(name))
      .sort(),
  );

exports.provider = {
  check: async (_olds, news) => ({
    inputs: news,
    failures: news.failOn === "check" ? [{ property: "failOn", reason: "refused" }] : [],
  }),
  diff: async (_id, olds, news) => ({
    changes: own(olds) !== own(news),
    replaces: olds.key !== news.key ? ["key"] : [],
    deleteBeforeReplace: news.before === true,
  }),
  create: async (inputs) => record("create", inputs),
  update: async (id, _olds, news) => ({ outs: (await record("update", news, id)).outs }),
  delete: async (id, props) => void (await record("delete", props, id)),
  read: async (id, props) => world(id, props),
};
