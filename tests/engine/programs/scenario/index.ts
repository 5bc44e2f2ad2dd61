import * as pulumi from "@pulumi/pulumi";
import { type Entry, type Scenario } from "../../scenario";
import { Recorded } from "./recorded";

const scenario = JSON.parse(process.env["SCENARIO"] ?? "{}") as Scenario;
const made = new Map<string, pulumi.Resource>();
const resource = (name: string): pulumi.Resource => {
  const found = made.get(name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
};

/** `{ from: "a.value" }` is an output of another resource, `{ secret: … }` a secret. */
function input(value: unknown): pulumi.Input<unknown> {
  if (typeof value !== "object" || value === null) return value as pulumi.Input<unknown>;
  if (Array.isArray(value)) return value.map(input);
  if ("from" in value) {
    const [name = "", key = ""] = String(value.from).split(".");
    return (resource(name) as unknown as Record<string, pulumi.Output<unknown>>)[key];
  }
  if ("secret" in value) return pulumi.secret(value.secret);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, input(field)]));
}

function options(entry: Entry): pulumi.CustomResourceOptions {
  const { parent, dependsOn, deletedWith, aliases, transform, hook, ...rest } = entry.options ?? {};
  return {
    ...rest,
    ...(parent && { parent: resource(parent) }),
    ...(dependsOn && { dependsOn: dependsOn.map(resource) }),
    ...(deletedWith && { deletedWith: resource(deletedWith) }),
    ...(transform && { transforms: [() => undefined] }),
    ...(hook && { hooks: { beforeCreate: [new pulumi.ResourceHook("hook", () => undefined)] } }),
    ...(aliases && { aliases: aliases as pulumi.Alias[] }),
  };
}

class Group extends pulumi.ComponentResource {
  constructor(entry: Entry) {
    super("test:index:Group", entry.name, entry.props ?? {}, options(entry));
    this.registerOutputs({ done: true });
  }
}

class Thing extends pulumi.CustomResource {
  constructor(entry: Entry) {
    super(
      "probe:index:Thing",
      entry.name,
      { result: undefined, ...(input(entry.props ?? {}) as pulumi.Inputs) },
      options(entry),
    );
  }
}

function make(entry: Entry): pulumi.Resource {
  switch (entry.kind ?? "recorded") {
    case "group":
      return new Group(entry);
    case "thing":
      return new Thing(entry);
    case "recorded":
      return new Recorded(entry.name, input(entry.props ?? {}) as pulumi.Inputs, options(entry));
  }
}

for (const entry of scenario.resources ?? []) {
  if (entry.throw !== undefined) throw new Error(entry.throw);
  made.set(entry.name, make(entry));
}

module.exports = Object.fromEntries(Object.entries(scenario.outputs ?? {}).map(([key, value]) => [key, input(value)]));
