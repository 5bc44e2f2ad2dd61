import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";

/** One cluster each. */
const places = [
  { stack: "us", region: "us-central1", zone: "us-central1-a", nodes: 2 },
  { stack: "eu", region: "europe-west4", zone: "europe-west4-b", nodes: 2 },
];

async function main(operation: string | undefined): Promise<void> {
  if (operation !== "preview" && operation !== "up") throw new Error("say what to do: preview or up");
  for (const { stack: stackName, region, zone, nodes } of places) {
    // The program beside this file, in a process of its own.
    const stack = await LocalWorkspace.createOrSelectStack({ stackName, workDir: import.meta.dirname });
    await stack.setAllConfig({
      project: { value: "acme-ai" },
      region: { value: region },
      zone: { value: zone },
      nodes: { value: String(nodes) },
    });
    if (operation === "preview") {
      const { changeSummary } = await stack.preview({ onOutput: (text) => process.stdout.write(text) });
      process.stdout.write(`${stackName}: ${JSON.stringify(changeSummary)}\n`);
    } else {
      const { outputs } = await stack.up({ onOutput: (text) => process.stdout.write(text) });
      process.stdout.write(`${stackName}: recipe ${outputs["recipe"]?.value}\n`);
    }
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
