import { join, resolve } from "node:path";
import * as z from "zod";
import { CairnError, messageOf } from "../../errors";
import {
  emitEvidence,
  formatVerdict,
  publishEvidence,
  recipeName,
  verifyEvidence,
  type StepStatus,
} from "../../evidence";
import { createOciClient, parseReference } from "../../oci";
import { readTextFile } from "../../files";
import { type Phase, PHASES, recipeDigest } from "../../recipe";
import { openSigner } from "../../sigstore";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { readPublicKeys, readText, shortPaths } from "../files";
import { existingLock, LOCK_FILE, lockedRecipeOf, recipeFor } from "../locked";
import { type RecipeSelection } from "../options";

interface OfRecipe extends RecipeSelection {
  readonly cwd: string;
}

/** `cairn evidence digest`: what evidence of a recipe is about. */
export async function digest(options: OfRecipe, cli: Cli): Promise<ExitCode> {
  const recipe = await recipeFor(options, existingLock(join(resolve(cli.cwd, options.cwd), LOCK_FILE)), cli);
  const value = { recipe: recipeName(recipe.criteria), digest: recipeDigest(recipe) };
  await cli.print(value, () => `${value.digest}  ${value.recipe}`);
  return EXIT.ok;
}

export interface EmitOptions extends OfRecipe {
  readonly results: string;
  readonly out: string;
}

/** `cairn evidence emit`: results of `cairn validate` → a bundle directory. */
export async function emit(options: EmitOptions, cli: Cli): Promise<ExitCode> {
  const { recipe } = await lockedRecipeOf(options, cli);
  const { snapshot, phases } = readResults(resolve(cli.cwd, options.results));
  const results = Object.fromEntries(phases.map(({ phase, ctrf }) => [phase, JSON.stringify(ctrf)]));
  const emitted = await emitEvidence(
    {
      recipe,
      lock: readTextFile(join(resolve(cli.cwd, options.cwd), LOCK_FILE)),
      snapshot: JSON.stringify(snapshot),
      results: results as { readonly [P in Phase]?: string },
    },
    resolve(cli.cwd, options.out),
  );
  const { directory, digest: evidence, predicate } = emitted;
  await cli.print({ directory, digest: evidence, predicate }, () =>
    [
      `${cli.style.good("✓")} evidence of ${predicate.recipe.name} in ${shortPaths(directory, cli)}, tier ${predicate.tier}`,
      `  ${evidence}`,
      `→ next: ${cli.style.command(`cairn evidence publish ${options.out} --push oci://… --key cosign.key`)}`,
    ].join("\n"),
  );
  return EXIT.ok;
}

export interface PublishVerbOptions {
  readonly push: string;
  readonly key: string;
  readonly pointer?: string;
}

/** `cairn evidence publish`: a bundle directory → signed, in a registry, with a pointer to commit. */
export async function publish(directory: string, options: PublishVerbOptions, cli: Cli): Promise<ExitCode> {
  const pointer = options.pointer && resolve(cli.cwd, options.pointer);
  const { reference, key } = await publishEvidence(resolve(cli.cwd, directory), {
    repository: parseReference(options.push),
    signer: await openSigner({ kind: "key-file", path: resolve(cli.cwd, options.key), password: await password(cli) }),
    client: createOciClient(),
    ...(pointer && { pointer }),
  });
  const evidence = pointer ? shortPaths(pointer, cli) : `oci://${reference}`;
  await cli.print({ reference, key, pointer }, () =>
    [
      `${cli.style.good("✓")} published ${reference}`,
      `  signed by ${key}`,
      ...(pointer ? [`  pointer ${evidence}`] : []),
      `→ next: ${cli.style.command(`cairn evidence verify ${evidence} --key cosign.pub`)}`,
    ].join("\n"),
  );
  return EXIT.ok;
}

export interface VerifyVerbOptions {
  readonly key?: readonly string[];
  readonly pointer?: string;
  readonly recipe?: string;
}

const EXIT_OF_VERDICT: Readonly<Record<StepStatus, ExitCode>> = {
  verified: EXIT.ok,
  failed: EXIT.invalid,
  "could-not-check": EXIT.couldNotCheck,
};

/** `cairn evidence verify`: each step, then the verdict. */
export async function verify(source: string, options: VerifyVerbOptions, cli: Cli): Promise<ExitCode> {
  const keys = readPublicKeys(options.key, cli);
  const verdict = await verifyEvidence(source.startsWith("oci://") ? source : resolve(cli.cwd, source), {
    policy: { kind: "keys", keys },
    ...(options.pointer !== undefined && { pointer: resolve(cli.cwd, options.pointer) }),
    ...(options.recipe !== undefined && { recipeDigest: options.recipe }),
  });
  await cli.print(verdict, () => shortPaths(formatVerdict(verdict), cli));
  return EXIT_OF_VERDICT[verdict.status];
}

/** From the environment, or from a person; never from the command line, where every process can read it. */
async function password({ env, ask }: Cli): Promise<string> {
  const known = env["CAIRN_EVIDENCE_KEY_PASSWORD"] ?? env["COSIGN_PASSWORD"];
  if (known !== undefined) return known;
  if (ask !== undefined) return ask("Password of the signing key: ", "hidden");
  throw new CairnError("PASSWORD_MISSING", "the signing key needs its password", {
    hint: "set CAIRN_EVIDENCE_KEY_PASSWORD or COSIGN_PASSWORD",
  });
}

const Results = z.object({
  kind: z.literal("ValidationResults"),
  snapshot: z.looseObject({}),
  phases: z.array(z.object({ phase: z.enum(PHASES), ctrf: z.looseObject({}) })),
});

function readResults(file: string): z.infer<typeof Results> {
  const hint = "make it with `cairn validate --output json > results.json`";
  const text = readText(file, "RESULTS_MISSING", hint);
  const invalid = (why: string): CairnError => new CairnError("RESULTS_INVALID", `${file}: ${why}`, { hint });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw invalid(messageOf(error));
  }
  const parsed = Results.safeParse(document);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}
