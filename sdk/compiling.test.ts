import { join } from "node:path";
import ts from "typescript";

/** An error of the compiler: where it stands, the text there, and everything that it says. */
export interface CompilerError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly at: string;
  readonly message: string;
}

/** Where a person's editor would be. */
export interface Compiled {
  readonly errors: readonly CompilerError[];
  /** Every file that was read, with its whole path. */
  readonly files: readonly string[];
  /** What an editor offers in place of the first `marker` in a file. */
  completions(file: string, marker: string): readonly string[];
}

const root = join(__dirname, "../..");
/** A folder from which `@cairn/sdk` is found as in a project that has installed it. */
const project = join(root, "examples/local-training");

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.Node20,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
};

// Comments of packages take a tenth of the time, and change no error.
const jsDocParsingMode = ts.JSDocParsingMode.ParseNone;

/** Keeps the files of packages, which are the same in every project. */
const registry = ts.createDocumentRegistry(true, root, jsDocParsingMode);

/** Compiles sources, by name, as the files of a project that uses Cairn. */
export function compile(sources: Readonly<Record<string, string>>): Compiled {
  const own = new Map(Object.entries(sources).map(([name, text]) => [join(project, name), text]));
  const readFile = (file: string): string | undefined => own.get(file) ?? ts.sys.readFile(file);
  const service = ts.createLanguageService(
    {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...own.keys()],
      getScriptVersion: (file) => own.get(file) ?? "",
      getScriptSnapshot: (file) => {
        const text = readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      readFile,
      fileExists: (file) => own.has(file) || ts.sys.fileExists(file),
      directoryExists: (directory) => ts.sys.directoryExists(directory),
      realpath: (file) => ts.sys.realpath?.(file) ?? file,
      jsDocParsingMode,
    },
    registry,
  );
  const diagnostics = [
    ...service.getCompilerOptionsDiagnostics(),
    ...[...own.keys()].flatMap((file) => [
      ...service.getSyntacticDiagnostics(file),
      ...service.getSemanticDiagnostics(file),
    ]),
  ];
  return {
    errors: diagnostics.map(compilerError),
    files: (service.getProgram()?.getSourceFiles() ?? []).map(({ fileName }) => fileName),
    completions: (file, marker) => {
      const name = join(project, file);
      const position = own.get(name)?.indexOf(marker) ?? -1;
      return (service.getCompletionsAtPosition(name, position, undefined)?.entries ?? []).map((entry) => entry.name);
    },
  };
}

function compilerError({ file, start = 0, length = 0, messageText, ...rest }: ts.Diagnostic): CompilerError {
  const related = rest.relatedInformation?.map((information) => information.messageText) ?? [];
  return {
    file: file?.fileName.slice(project.length + 1) ?? "",
    line: (file?.getLineAndCharacterOfPosition(start).line ?? -1) + 1,
    at: file?.text.slice(start, start + length) ?? "",
    message: [messageText, ...related].map((text) => ts.flattenDiagnosticMessageText(text, "\n")).join("\n"),
  };
}
