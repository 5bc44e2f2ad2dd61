import { connect } from "../../kube";
import { snapshot, type NodeGroup, type Snapshot } from "../../validation";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { readKubeconfig } from "../files";
import { type Style } from "../style";
import { count, table } from "../table";

export interface SnapshotOptions {
  readonly kubeconfig?: string;
}

/** `cairn snapshot`. */
export async function run(options: SnapshotOptions, cli: Cli): Promise<ExitCode> {
  const kube = connect(readKubeconfig(options.kubeconfig, cli));
  try {
    const found = await snapshot(kube, cli.signal);
    await cli.print(found, () => snapshotText(found, cli.style));
    return EXIT.ok;
  } finally {
    await kube.close();
  }
}

function snapshotText(found: Snapshot, style: Style): string {
  const labels = Object.entries(found.labels).map(([key, values]) => [key, values.join(", ")]);
  return [
    style.strong(`Kubernetes ${found.kubernetes.version}, tier ${found.tier}`),
    style.faint(`cluster ${found.identity}`),
    "",
    style.strong("Nodes"),
    table(found.nodes.map(nodeRow)),
    ...(labels.length > 0 ? ["", style.strong("Labels"), table(labels)] : []),
    ...(found.deviceClasses.length > 0
      ? ["", style.strong("Device classes"), `  ${found.deviceClasses.join(", ")}`]
      : []),
    "",
    style.faint(`${count(found.apiVersions.length, "API version")}; \`--output json\` lists them`),
  ].join("\n");
}

function nodeRow(group: NodeGroup): readonly string[] {
  const gpus = group.gpus === 0 ? "no GPU" : `${group.gpus} × ${group.accelerator ?? "unknown GPU"}`;
  const ready = group.ready === group.nodes ? "all ready" : `${group.ready} ready`;
  return [
    count(group.nodes, "node"),
    ready,
    gpus,
    group.architecture,
    `${group.os.image}${group.simulated ? " (simulated)" : ""}`,
  ];
}
