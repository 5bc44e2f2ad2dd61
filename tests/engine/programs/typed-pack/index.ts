import { PolicyPack } from "@pulumi/policy";

const forbidden: string = "yes";

new PolicyPack("typed-pack", {
  policies: [
    {
      name: "typed",
      description: "Nothing is forbidden, in TypeScript",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (args.props["forbidden"] === forbidden) report("this is forbidden");
      },
    },
  ],
});
