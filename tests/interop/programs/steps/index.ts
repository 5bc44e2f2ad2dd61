import * as pulumi from "@pulumi/pulumi";

// Each resource appends its name to the file MARKS when it is created, and takes SECONDS.
const provider: pulumi.dynamic.ResourceProvider = {
  create: async ({ name, marks, seconds }) => {
    require("node:fs").appendFileSync(marks, `${name}\n`);
    await new Promise((done) => setTimeout(done, Number(seconds) * 1000));
    return { id: name, outs: { name } };
  },
  diff: async () => ({ changes: false }),
};

class Step extends pulumi.dynamic.Resource {
  constructor(name: string, previous: pulumi.Resource[]) {
    const inputs = { name, marks: process.env["MARKS"], seconds: process.env["SECONDS"] };
    super(provider, name, inputs, { dependsOn: previous });
  }
}

const first = new Step("first", []);
const second = new Step("second", [first]);

export const done = pulumi.all([first.urn, second.urn]).apply(() => "both");
export const token = pulumi.secret("hunter2");
