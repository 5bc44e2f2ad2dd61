import { Session } from "node:inspector";
import { createRequire, Module } from "node:module";
import { promisify } from "node:util";

/**
 * What all runs of the SDK would wait for and few need: npm's package manager and its helper look up the packages of a function that goes
 * to a cloud, TypeScript takes such a function apart, and the Automation API is for programs that run others. Together they are half of what
 * a small run loads.
 */
const SELDOM_USED = ["@npmcli/arborist", "normalize-package-data", "./typescript-shim", "./automation"];

/** Loads the Pulumi SDK that a runner of it (`@pulumi/pulumi/cmd/…`) will use, without what is seldom used: that comes with its first use. */
export function loadSdkLazily(runner: string): void {
  const load = createRequire(runner);
  const own = createRequire(load.resolve("../.."));
  // Programs and packs that use Cairn load zod later, with its messages in fifty languages.
  standInFor("zod/v4/locales", require);
  const standIns = SELDOM_USED.flatMap((module) => standInFor(module, own));
  try {
    own("./");
    askDebuggerLate(own);
  } finally {
    // Whoever else asks for it gets the real one.
    for (const module of standIns) if (own.cache[module.filename] === module) delete own.cache[module.filename];
  }
}

function standInFor(module: string, load: NodeJS.Require): readonly Module[] {
  try {
    return [standIn(load.resolve(module), load)];
  } catch {
    return []; // another version, which does without
  }
}

/** Takes a module's place in Node's cache until something is asked of it, as a namespace or as a default export. */
function standIn(file: string, load: NodeJS.Require): Module {
  const module = new Module(file);
  Object.assign(module, { filename: file, loaded: true });
  let loaded: object | undefined;
  const real = (): object => {
    if (load.cache[file] === module) delete load.cache[file];
    return (loaded ??= load(file) as object);
  };
  const exports: object = new Proxy(() => undefined, {
    get: (_, key): unknown => (key === "__esModule" ? true : key === "default" ? exports : Reflect.get(real(), key)),
    has: (_, key) => Reflect.has(real(), key),
    ownKeys: () => Reflect.ownKeys(real()),
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(real(), key);
      return found && { ...found, configurable: true };
    },
    apply: (_, self, args): unknown => Reflect.apply(real() as () => unknown, self, args),
  });
  module.exports = exports;
  load.cache[file] = module;
  return module;
}

type Exports = Record<string, unknown>;

/**
 * The SDK asks V8's debugger at each start where every script lies, for which V8 hashes all of them: a third of a small run. Only a
 * message about a function that cannot go to a cloud says it, so it is asked then, and the function is looked at again.
 */
function askDebuggerLate(load: NodeJS.Require): void {
  let hooks: Exports, closures: Exports;
  try {
    hooks = load("./runtime/closure/v8Hooks") as Exports;
    closures = load("./runtime/closure/createClosure") as Exports;
  } catch {
    return;
  }
  const urls = new Map<string, string>();
  let session: Session | undefined;
  const connected = (): Session => {
    if (session === undefined) {
      session = new Session();
      session.connect();
      session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
    }
    return session;
  };
  hooks["isInitializedAsync"] = () => Promise.resolve();
  hooks["getSessionAsync"] = () => Promise.resolve(connected());
  hooks["getScriptUrl"] = (id: string) => urls.get(id);

  const create = closures["createClosureInfoAsync"] as (...args: unknown[]) => Promise<unknown>;
  closures["createClosureInfoAsync"] = Object.assign(
    (...args: unknown[]) =>
      create(...args).catch(async (error: unknown) => {
        if (urls.size > 0) throw error;
        await promisify<string>(connected().post.bind(connected()))("Debugger.enable");
        return create(...args);
      }),
    create,
  );
}
