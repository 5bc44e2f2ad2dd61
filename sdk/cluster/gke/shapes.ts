import { isMap } from "../../json";
import { type Findings } from "../cloud/findings";
import { type GkeEndpoint, type GkeSettings } from "./args";
import { type Capacity, type Upgrade } from "./capacity";

type Kind = "text" | "flag" | "list" | "object";

/** What a setting looks like, as far as the checks of its value rely on it. */
interface Shape {
  /** @default whatever is there */
  readonly is?: readonly Kind[];
  readonly required?: boolean;
  readonly hint?: string;
  readonly fields?: Fields;
  /** Each entry of a list or a map. */
  readonly each?: Shape;
  /** Fields by the field `kind`, which is one of these. */
  readonly kinds?: Readonly<Record<string, Fields>>;
}

type Fields = Readonly<Record<string, Shape>>;

const TEXT: Shape = { is: ["text"], hint: "in YAML, write it in quotes" };
const FLAG: Shape = { is: ["flag"], hint: "write true or false, without quotes" };
const TEXTS: Shape = { is: ["list"], each: TEXT };
const MAP: Shape = { is: ["object"], each: TEXT };
const needed = (shape: Shape, hint?: string): Shape => ({
  ...shape,
  required: true,
  ...(hint !== undefined && { hint }),
});

const CAPACITIES: Readonly<Record<Capacity["kind"], Fields>> = {
  "on-demand": {},
  spot: {},
  reservation: { name: needed(TEXT, "name it: reservation(NAME)") },
  "flex-start": {},
  queued: {},
};

const UPGRADES: Readonly<Record<Upgrade["kind"], Fields>> = { "in-place": {}, surge: {}, "blue-green": {} };

const ENDPOINTS: Readonly<Record<GkeEndpoint["kind"], Fields>> = {
  dns: {},
  private: { from: needed(TEXTS) },
  public: { from: needed(TEXTS) },
};

const GPUS: Fields = {
  accelerator: needed(TEXT),
  zone: needed(TEXT, "such as us-central1-a"),
  machineType: TEXT,
  capacity: {
    is: ["object"],
    kinds: CAPACITIES,
    hint: "take onDemand(), spot(), reservation(…), flexStart() or queued()",
  },
  placement: { is: ["text", "object"], fields: { policy: needed(TEXT) } },
  upgrade: { is: ["object"], kinds: UPGRADES, hint: "take inPlace(), surge() or blueGreen()" },
  disk: { is: ["object"], fields: { type: TEXT } },
  labels: MAP,
  taints: {
    is: ["list"],
    each: { is: ["object"], fields: { key: needed(TEXT), value: TEXT, effect: needed(TEXT) } },
  },
};

const SETTINGS: Readonly<Partial<Record<keyof GkeSettings, Shape>>> = {
  project: needed(TEXT, "take the id, such as acme-ai"),
  region: needed(TEXT, "such as us-central1"),
  gpus: { is: ["object"], required: true, fields: GPUS, hint: "name accelerator, nodes and zone" },
  kubernetesVersion: TEXT,
  releaseChannel: TEXT,
  os: TEXT,
  gpuStack: { is: ["text", "object"], fields: { owner: needed(TEXT), driver: TEXT } },
  system: { is: ["object"], fields: { zones: TEXTS, machineType: TEXT } },
  network: { is: ["object"], fields: { cidr: TEXT, nat: FLAG } },
  access: {
    is: ["object"],
    fields: {
      endpoint: {
        is: ["object"],
        kinds: ENDPOINTS,
        hint: "take dnsEndpoint(), privateEndpoint(…) or publicEndpoint(…)",
      },
      admins: TEXTS,
      securityGroup: TEXT,
    },
  },
  encryption: { is: ["object"], fields: { key: { required: true, hint: "name the key, or leave encryption out" } } },
  logs: TEXTS,
  maintenanceWindow: TEXT,
  resourceLabels: MAP,
  protect: FLAG,
  allowReplace: TEXTS,
};

/**
 * Settings that a program hands on from a configuration, where no compiler looked. Checks of values come after, as they read what is
 * within.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every setting of a shape that cannot be read
 */
export function checkShapes(args: GkeSettings, findings: Findings): void {
  checkFields(args, "", SETTINGS, findings);
  if (findings.any) findings.refuse("gke()");
}

function checkFields(value: object, path: string, fields: Fields, findings: Findings): void {
  for (const [field, shape] of Object.entries(fields))
    checkShape((value as Readonly<Record<string, unknown>>)[field], path + field, shape, findings);
}

function checkShape(value: unknown, path: string, shape: Shape, findings: Findings): void {
  const { is, required = false, hint, fields, each, kinds } = shape;
  if (value === undefined) {
    if (required) findings.add(path, "is missing", hint);
    return;
  }
  const kind = kindOf(value);
  if (value === null || (is !== undefined && (kind === undefined || !is.includes(kind)))) {
    findings.add(
      path,
      `is ${shown(value)}${is === undefined ? "" : `, not ${is.map((one) => NAMES[one]).join(" or ")}`}`,
      hint,
    );
    return;
  }
  if (typeof value !== "object") return;
  if (fields !== undefined) checkFields(value, `${path}.`, fields, findings);
  if (kinds !== undefined) checkKind(value, path, kinds, findings);
  if (each === undefined) return;
  for (const [key, entry] of Object.entries(value))
    checkShape(entry, Array.isArray(value) ? `${path}[${key}]` : `${path}["${key}"]`, needed(each), findings);
}

function checkKind(value: object, path: string, kinds: Readonly<Record<string, Fields>>, findings: Findings): void {
  const { kind }: { readonly kind?: unknown } = value;
  const choices = Object.keys(kinds);
  if (typeof kind !== "string") findings.add(`${path}.kind`, `is ${shown(kind)}, not one of ${choices.join(", ")}`);
  else if (findings.oneOf(kind, `${path}.kind`, choices)) checkFields(value, `${path}.`, kinds[kind] ?? {}, findings);
}

function kindOf(value: unknown): Kind | undefined {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "flag";
  if (Array.isArray(value)) return "list";
  return isMap(value) ? "object" : undefined;
}

const NAMES = { text: "a text", flag: "true or false", list: "a list", object: "an object" } as const satisfies {
  readonly [kind in Kind]: string;
};

/** A scalar as it is, anything else by what it is: an output has no text that would help. */
function shown(value: unknown): string {
  const kind = kindOf(value);
  return kind === "list" || kind === "object" ? NAMES[kind] : (JSON.stringify(value) ?? String(value));
}
