import { CairnError } from "../../errors";
import { type JsonObject, type JsonValue } from "../../json";
import { type KubeObject, readiness, type Readiness } from "../../kube";
import { isObject } from "../wire";
import { annotation, annotationOf, textOf } from "./annotations";
import { groupOf } from "./cluster";

/** Judges an object: may the step finish? */
export type Gate = (object: KubeObject) => Readiness;

// The kinds that pulumi-kubernetes waits for, and those whose users would fail at once: definitions, namespaces and aggregated APIs. It also
// waits for a Service's endpoints; we do not, because they come from pods that may depend on the Service. Custom resources are waited for
// when they ask (`pulumi.com/waitFor`).
const awaited = new Set([
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
  "/Namespace",
  "/PersistentVolume",
  "/PersistentVolumeClaim",
  "/Pod",
  "/ReplicationController",
  "/Service",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
]);

/** What a step waits for after the object is written; `undefined`: nothing. @throws CairnError KUBE_WAIT_FOR_INVALID */
export function gateOf(inputs: JsonObject, awaitAll: boolean): Gate | undefined {
  if (annotationOf(inputs, annotation.skipAwait) === "true") return undefined;
  const custom = annotationOf(inputs, annotation.waitFor);
  if (custom !== undefined) return allOf(expressionsOf(custom).map(parseExpression));
  const key = `${groupOf(textOf(inputs["apiVersion"]))}/${textOf(inputs["kind"])}`;
  return awaitAll || awaited.has(key) ? readiness : undefined;
}

/** One expression, or a JSON array of them. */
function expressionsOf(text: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return [text];
  }
  if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === "string")) return list;
  throw invalid(text, "it must be an expression or a JSON array of expressions");
}

function parseExpression(text: string): Gate {
  const condition = /^condition=([^=]+)(?:=(.+))?$/.exec(text);
  if (condition) return conditionGate(condition[1] ?? "", condition[2] ?? "True");
  const path = /^jsonpath=\{\s*\$?(.*?)\s*\}(?:=(.+))?$/.exec(text);
  if (path) return pathGate(text, path[1] ?? "", path[2]);
  throw invalid(text, 'it must begin with "condition=" or be of the form "jsonpath={.path}=value"');
}

function conditionGate(type: string, wanted: string): Gate {
  return (object) => {
    const status = select(object, ["status", "conditions"]).flatMap((list) => (Array.isArray(list) ? list : []));
    const found = status.find((entry) => isObject(entry) && entry["type"] === type) as JsonObject | undefined;
    if (found?.["status"] === wanted) return pass(`condition ${type} is ${wanted}`);
    const why = [found?.["reason"], found?.["message"]].map(textOf).filter(Boolean).join(": ");
    return hold(
      `condition ${type} is ${textOf(found?.["status"]) || "not set"}, not ${wanted}${why ? ` (${why})` : ""}`,
    );
  };
}

/** Field names, `['quoted.names']`, `[0]`, `[*]` and `[?(@.key=="value")]`. */
function pathGate(text: string, path: string, wanted: string | undefined): Gate {
  const steps = parsePath(path);
  if (steps === undefined) throw invalid(text, `${path} is not a path that we understand`);
  return (object) => {
    const seen = generationSeen(object);
    if (!seen) return hold("its controller has not seen the last change yet");
    const [value] = select(object, steps);
    if (value === undefined) return hold(`${path} selects nothing`);
    const found = typeof value === "string" ? value : JSON.stringify(value);
    return wanted === undefined || found === wanted
      ? pass(`${path} is ${found}`)
      : hold(`${path} is ${found}, not ${wanted}`);
  };
}

type Step = string | number | { readonly key: string; readonly equals: string } | typeof everyItem;
const everyItem = Symbol("*");

const token =
  /\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\["([^"]+)"\]|\[(\d+)\]|\[(\*)\]|\[\?\(\s*@\.([A-Za-z0-9_-]+)\s*==\s*["']([^"']*)["']\s*\)\]/y;

function parsePath(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (match === null) return undefined;
    const [, name, single, double, index, every, key, equals = ""] = match;
    const field = name ?? single ?? double;
    if (field !== undefined) steps.push(field);
    else if (index !== undefined) steps.push(Number(index));
    else if (every !== undefined) steps.push(everyItem);
    else if (key !== undefined) steps.push({ key, equals });
  }
  return steps.length > 0 ? steps : undefined;
}

function select(root: JsonValue, steps: readonly Step[]): readonly JsonValue[] {
  return steps.reduce<readonly JsonValue[]>((values, step) => values.flatMap((value) => stepInto(value, step)), [root]);
}

function stepInto(value: JsonValue, step: Step): readonly JsonValue[] {
  if (typeof step === "string") return isObject(value) && Object.hasOwn(value, step) ? [value[step] ?? null] : [];
  if (!Array.isArray(value)) return [];
  const list = value as readonly JsonValue[];
  if (step === everyItem) return list;
  if (typeof step === "number") return list.slice(step, step + 1);
  return list.filter((item) => isObject(item) && item[step.key] === step.equals);
}

function generationSeen(object: KubeObject): boolean {
  const [observed] = select(object, ["status", "observedGeneration"]);
  const [generation] = select(object, ["metadata", "generation"]);
  return typeof observed !== "number" || typeof generation !== "number" || observed >= generation;
}

function allOf(gates: readonly Gate[]): Gate {
  return (object) => {
    const results = gates.map((gate) => gate(object));
    return results.find(({ ready }) => !ready) ?? pass("every condition holds");
  };
}

const pass = (reason: string): Readiness => ({ status: "current", ready: true, reason });
const hold = (reason: string): Readiness => ({ status: "in-progress", ready: false, reason });

function invalid(text: string, why: string): CairnError {
  return new CairnError(
    "KUBE_WAIT_FOR_INVALID",
    `the annotation ${annotation.waitFor} is ${JSON.stringify(text)}: ${why}`,
  );
}
