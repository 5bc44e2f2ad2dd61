// The gpu-cluster pack with one policy more, which writes down every resource of a preview. A pack of its own would be one more process.
const { writeFileSync } = require("node:fs");
const { plain, UNKNOWN } = require("@cairn/policy-kit");

const readable = (_key, value) => (value === UNKNOWN ? "[unknown]" : value);

const record = {
  name: "record",
  description: "Everything is written down",
  validateStack: ({ resources }) => {
    const seen = resources.map(({ type, name, urn, props, opts, parent, dependencies }) => ({
      type,
      name,
      urn,
      props: plain(props),
      protect: opts.protect,
      ignoreChanges: opts.ignoreChanges,
      parent: parent?.urn,
      dependencies: dependencies.map((dependency) => dependency.urn),
    }));
    writeFileSync(process.env["CAIRN_TEST_RECORD"], JSON.stringify(seen, readable));
  },
};

const pack = require("@cairn/policy-gpu-cluster/dist/policies");
const { policies } = pack;
pack.policies = (...args) => [...policies(...args), record];
require("@cairn/policy-gpu-cluster");
