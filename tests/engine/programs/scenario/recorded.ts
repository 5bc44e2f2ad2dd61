import * as pulumi from "@pulumi/pulumi";

/**
 * A resource that exists as a line in the file `$LOG`; `record.js` does what is asked of it. A dynamic resource whose text does not come from
 * the SDK, which would load TypeScript for it in each of some hundred runs.
 */
export class Recorded extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<string>;
  declare readonly echo: pulumi.Output<string>;
  constructor(name: string, props: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    const own = { made: undefined, echo: undefined, label: name, __provider: provider };
    super("pulumi-nodejs:dynamic/test:Recorded", name, { ...own, ...props }, options);
  }
}

const provider = 'exports.handler = () => require(process.env["RECORD"]).provider;\n';
