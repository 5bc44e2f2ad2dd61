import { type JsonObject, type JsonValue } from "../json";

/**
 * The words of kstatus (https://github.com/kubernetes-sigs/cli-utils, pkg/kstatus, 2026-08). One rule differs: a Job is current when it has
 * completed, not when it has started, because what depends on a Job depends on its work.
 */
export type HealthStatus = "current" | "in-progress" | "failed" | "terminating";

export interface Readiness {
  readonly status: HealthStatus;
  /** `status` is `current`. */
  readonly ready: boolean;
  /** One line for people. */
  readonly reason: string;
}

/**
 * Tells from an object alone whether it has reached what its spec asks for. Kinds without a rule of their own are ready when their
 * controller has seen the last change (`observedGeneration`) and a `Ready` condition, if there is one, is true.
 *
 * @example
 * readiness(deployment); // { status: "in-progress", ready: false, reason: "1 of 3 replicas are available" }
 */
export function readiness(object: JsonObject): Readiness {
  const view = new View(object);
  if (view.string("metadata", "deletionTimestamp") !== undefined) return result("terminating", "it is being deleted");
  const observed = view.number("status", "observedGeneration");
  if (observed !== undefined && observed !== view.number("metadata", "generation"))
    return inProgress("its controller has not seen the last change yet");
  const stalled = view.condition("Stalled");
  if (stalled?.status === "True") return result("failed", stalled.text);
  const reconciling = view.condition("Reconciling");
  if (reconciling?.status === "True") return inProgress(reconciling.text);
  const group = (view.string("apiVersion") ?? "").split("/").slice(0, -1).join("");
  return (rules[`${group}/${view.string("kind") ?? ""}`] ?? byReadyCondition)(view);
}

type Rule = (object: View) => Readiness;

const rules: Readonly<Record<string, Rule>> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/DaemonSet": daemonSet,
  "apps/ReplicaSet": replicaSet,
  "/ReplicationController": replicaSet,
  "batch/Job": job,
  "/Pod": pod,
  "/Namespace": phase("Active"),
  "/PersistentVolumeClaim": phase("Bound"),
  "/PersistentVolume": phase("Available", "Bound"),
  "/Service": service,
  "apiextensions.k8s.io/CustomResourceDefinition": definition,
  "apiregistration.k8s.io/APIService": byCondition("Available"),
};

function deployment(object: View): Readiness {
  const progressing = object.condition("Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") return result("failed", progressing.text);
  const wanted = object.number("spec", "replicas") ?? 1;
  const count = (name: string) => object.number("status", name) ?? 0;
  if (object.number("status", "observedGeneration") === undefined) return inProgress("it has not been observed yet");
  return (
    fewer(count("updatedReplicas"), wanted, "replicas are up to date") ??
    (count("replicas") > wanted
      ? inProgress(`${count("replicas") - wanted} old replicas are still there`)
      : undefined) ??
    fewer(count("availableReplicas"), wanted, "replicas are available") ??
    (object.condition("Available")?.status === "True" ? undefined : inProgress("it is not available yet")) ??
    current(`${wanted} of ${wanted} replicas are available`)
  );
}

function statefulSet(object: View): Readiness {
  if (object.string("spec", "updateStrategy", "type") === "OnDelete")
    return current("its pods are updated on deletion");
  const wanted = object.number("spec", "replicas") ?? 1;
  const partition = object.number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const count = (name: string) => object.number("status", name) ?? 0;
  if (object.number("status", "observedGeneration") === undefined) return inProgress("it has not been observed yet");
  return (
    fewer(count("readyReplicas"), wanted, "replicas are ready") ??
    (count("replicas") > wanted
      ? inProgress(`${count("replicas") - wanted} surplus replicas are still there`)
      : undefined) ??
    fewer(count("updatedReplicas"), Math.max(0, wanted - partition), "replicas are up to date") ??
    current(`${wanted} of ${wanted} replicas are ready`)
  );
}

function daemonSet(object: View): Readiness {
  if (object.number("status", "observedGeneration") === undefined) return inProgress("it has not been observed yet");
  const count = (name: string) => object.number("status", name) ?? 0;
  const wanted = count("desiredNumberScheduled");
  const onDelete = object.string("spec", "updateStrategy", "type") === "OnDelete";
  return (
    (onDelete ? undefined : fewer(count("updatedNumberScheduled"), wanted, "pods are up to date")) ??
    fewer(count("numberReady"), wanted, "pods are ready") ??
    fewer(count("numberAvailable"), wanted, "pods are available") ??
    current(`${wanted} of ${wanted} pods are ready`)
  );
}

function replicaSet(object: View): Readiness {
  const wanted = object.number("spec", "replicas") ?? 1;
  const failure = object.condition("ReplicaFailure");
  if (failure?.status === "True") return inProgress(failure.text);
  return (
    fewer(object.number("status", "availableReplicas") ?? 0, wanted, "replicas are available") ??
    current(`${wanted} of ${wanted} replicas are available`)
  );
}

function job(object: View): Readiness {
  const failed = object.condition("Failed");
  if (failed?.status === "True") return result("failed", failed.text);
  if (object.condition("Complete")?.status === "True") return current("it has completed");
  if (object.boolean("spec", "suspend") === true) return current("it is suspended");
  const count = (name: string) => object.number("status", name) ?? 0;
  return inProgress(`${count("active")} pods run, ${count("succeeded")} succeeded, ${count("failed")} failed`);
}

function pod(object: View): Readiness {
  const text = object.string("status", "message") ?? object.string("status", "reason");
  switch (object.string("status", "phase")) {
    case "Succeeded":
      return current("it has succeeded");
    case "Failed":
      return result("failed", text ?? "it has failed");
    default: {
      const ready = object.condition("Ready");
      if (ready?.status === "True") return current("it is ready");
      const scheduled = object.condition("PodScheduled");
      if (scheduled?.status === "False") return inProgress(scheduled.text);
      return inProgress(object.waitingContainer() ?? text ?? ready?.text ?? "it is pending");
    }
  }
}

function service(object: View): Readiness {
  if (object.string("spec", "type") !== "LoadBalancer") return current("it needs no load balancer");
  const ingress = object.list("status", "loadBalancer", "ingress");
  return ingress.length > 0
    ? current("its load balancer has an address")
    : inProgress("its load balancer has no address yet");
}

function definition(object: View): Readiness {
  const names = object.condition("NamesAccepted");
  if (names?.status === "False") return result("failed", names.text);
  return names?.status === "True" ? byCondition("Established")(object) : inProgress("its names are not accepted yet");
}

function phase(...good: readonly string[]): Rule {
  return (object) => {
    const now = object.string("status", "phase");
    return now !== undefined && good.includes(now)
      ? current(`it is ${now}`)
      : inProgress(`its phase is ${now ?? "not set"}`);
  };
}

function byCondition(type: string): Rule {
  return (object) => {
    const condition = object.condition(type);
    return condition?.status === "True"
      ? current(`it is ${type}`)
      : inProgress(condition?.text ?? `it is not ${type} yet`);
  };
}

function byReadyCondition(object: View): Readiness {
  return object.condition("Ready") === undefined ? current("it exists") : byCondition("Ready")(object);
}

const result = (status: HealthStatus, reason: string): Readiness => ({ status, ready: status === "current", reason });
const current = (reason: string) => result("current", reason);
const inProgress = (reason: string) => result("in-progress", reason);
const fewer = (have: number, wanted: number, what: string) =>
  have < wanted ? inProgress(`${have} of ${wanted} ${what}`) : undefined;

interface Condition {
  readonly status: string;
  readonly reason: string;
  /** `reason: message`, as far as they are given. */
  readonly text: string;
}

/** Reads an object of unknown shape: what is missing or of another type is `undefined`. */
class View {
  constructor(private readonly object: JsonObject) {}

  string(...path: readonly string[]): string | undefined {
    const value = this.#at(path);
    return typeof value === "string" ? value : undefined;
  }

  number(...path: readonly string[]): number | undefined {
    const value = this.#at(path);
    return typeof value === "number" ? value : undefined;
  }

  boolean(...path: readonly string[]): boolean | undefined {
    const value = this.#at(path);
    return typeof value === "boolean" ? value : undefined;
  }

  list(...path: readonly string[]): readonly JsonValue[] {
    const value = this.#at(path);
    return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  }

  condition(type: string): Condition | undefined {
    for (const entry of this.list("status", "conditions")) {
      const condition = new View(entry as JsonObject);
      if (condition.string("type") !== type) continue;
      const reason = condition.string("reason") ?? "";
      const message = condition.string("message") ?? "";
      const text =
        [reason, message].filter((part) => part !== "").join(": ") || `${type} is ${condition.string("status")}`;
      return { status: condition.string("status") ?? "Unknown", reason, text };
    }
    return undefined;
  }

  /** Why the first container that does not run waits, or how it ended. */
  waitingContainer(): string | undefined {
    for (const entry of [
      ...this.list("status", "initContainerStatuses"),
      ...this.list("status", "containerStatuses"),
    ]) {
      const container = new View(entry as JsonObject);
      const waiting = container.string("state", "waiting", "reason");
      if (waiting === undefined || waiting === "PodInitializing" || waiting === "ContainerCreating") continue;
      const message = container.string("state", "waiting", "message");
      return `container ${container.string("name")}: ${waiting}${message ? `: ${message}` : ""}`;
    }
    return undefined;
  }

  #at(path: readonly string[]): JsonValue | undefined {
    let value: JsonValue | undefined = this.object;
    for (const key of path) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      value = (value as JsonObject)[key];
    }
    return value;
  }
}
