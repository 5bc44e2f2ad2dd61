const { PolicyPack } = require("@pulumi/policy");

const isRecorded = (type) => type.endsWith(":Recorded");

new PolicyPack("test-pack", {
  policies: [
    {
      name: "advice",
      description: "Sizes over a limit are worth a look",
      enforcementLevel: "advisory",
      configSchema: { properties: { limit: { type: "number", default: 10 } } },
      validateResource: (args, report) => {
        const { limit } = args.getConfig();
        if (args.props["size"] > limit) report(`size ${args.props["size"]} is over ${limit}`);
      },
    },
    {
      name: "no-forbidden",
      description: "Nothing is forbidden twice",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (isRecorded(args.type) && args.props["forbidden"] === "yes") report("this is forbidden");
      },
    },
    {
      name: "sees-no-internals",
      description: "Pulumi's own properties are not shown",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (Object.keys(args.props).some((key) => key.startsWith("__"))) report("internal properties were sent");
      },
    },
    {
      name: "owner",
      description: "Everything has an owner",
      enforcementLevel: "remediate",
      remediateResource: (args) =>
        isRecorded(args.type) && args.props["owner"] === undefined ? { ...args.props, owner: "platform" } : undefined,
    },
    {
      name: "few",
      description: "Not too many resources",
      enforcementLevel: "advisory",
      configSchema: { properties: { most: { type: "number", default: 100 } } },
      validateStack: (args, report) => {
        const { most } = args.getConfig();
        const count = args.resources.filter((resource) => isRecorded(resource.type)).length;
        if (count > most) report(`${count} resources are more than ${most}`);
      },
    },
    {
      name: "talkative",
      description: "Repeats what it should not",
      enforcementLevel: "disabled",
      validateResource: (args, report) => {
        if (args.props["token"] !== undefined) report(`the token is ${args.props["token"]}`);
      },
    },
  ],
});
