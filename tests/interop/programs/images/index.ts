import * as pulumi from "@pulumi/pulumi";

// The list of images comes from the test: `name=reference`, one a line; `?` is an image that is unknown at preview.
const lines = (process.env["TEST_IMAGES"] ?? "").split("\n").filter((line) => line !== "");

class Late extends pulumi.dynamic.Resource {
  declare readonly image: pulumi.Output<string>;
  constructor(name: string) {
    const provider: pulumi.dynamic.ResourceProvider = {
      create: () => Promise.resolve({ id: "late", outs: { image: "late.example/app:1" } }),
    };
    super(provider, name, { image: undefined });
  }
}

/** Known to no provider: a custom resource whose inputs are what counts. */
class Pod extends pulumi.CustomResource {
  constructor(name: string, image: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    super("kubernetes:core/v1:Pod", name, { spec: { containers: [{ name: "main", image }] } }, opts);
  }
}

const parent = new pulumi.ComponentResource("cairn:test:Group", "group", {});
for (const line of lines) {
  const [name = "", reference = ""] = line.split("=");
  new Pod(name, reference === "?" ? new Late(`${name}-late`).image : reference, { parent });
}

export const count = lines.length;
export const token = pulumi.secret("hunter2");
