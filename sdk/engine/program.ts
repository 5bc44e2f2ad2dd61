import { statSync } from "node:fs";
import path from "node:path";
import { Host, resolveModule } from "./hosts/process";
import { type Project, type ResolvedConfig } from "./project";

export interface ProgramOptions {
  readonly project: Project;
  readonly config: ResolvedConfig;
  readonly engineAddress: string;
  readonly parallel: number;
  readonly preview: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
}

/** Where a program runs and what is run there: `main` may be a directory or a file. */
export function programPlace(project: Project): { readonly cwd: string; readonly entry: string } {
  const main = path.resolve(project.directory, project.main);
  const isDirectory = statSync(main, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isDirectory ? { cwd: main, entry: "." } : { cwd: path.dirname(main), entry: path.basename(main) };
}

/** The program in Pulumi's own language host process. */
export function startProgram(options: ProgramOptions): Host {
  const { project, config, engineAddress } = options;
  const { cwd, entry } = programPlace(project);
  const host = Host.start({
    name: "the program",
    module: path.join(__dirname, "hosts", "program-main.js"),
    nodeArguments: project.nodeArguments,
    args: [
      `--monitor=${engineAddress}`,
      `--engine=${engineAddress}`,
      `--project=${project.name}`,
      `--stack=${project.stack}`,
      "--organization=organization",
      `--root-directory=${project.directory}`,
      `--parallel=${options.parallel}`,
      ...(options.preview ? ["--dry-run"] : []),
      entry,
    ],
    cwd,
    env: {
      ...options.env,
      CAIRN_PROGRAM_RUNNER: resolveModule("@pulumi/pulumi/cmd/run", cwd),
      PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
      PULUMI_CONFIG: JSON.stringify(config.values),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    },
    onLine: options.onLine,
  });
  host.onOutput(options.onLine);
  return host;
}
