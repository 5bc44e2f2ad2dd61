// What the dynamic provider does, in a module of its own: the provider's text in the state stays small.
const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");

const write = (line) => fs.appendFileSync(process.env["LOG"], `${line}\n`);

exports.record = async (operation, inputs, id) => {
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
};

exports.world = (id, props) => {
  const drift = process.env["DRIFT"] ? JSON.parse(process.env["DRIFT"])[props.label] : undefined;
  if (drift === "gone") return { id: "", props: {} };
  return { id, props: { ...props, ...drift } };
};
