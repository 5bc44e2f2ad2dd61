const { writeFileSync } = require("node:fs");
const { plain, UNKNOWN } = require("@cairn/policy-kit");
const { PolicyPack } = require("@pulumi/policy");

const readable = (_key, value) => (value === UNKNOWN ? "[unknown]" : value);

new PolicyPack("recorder", {
  policies: [
    {
      name: "record",
      description: "Everything is written down",
      enforcementLevel: "mandatory",
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
    },
  ],
});
