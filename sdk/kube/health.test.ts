import assert from "node:assert/strict";

import { type JsonObject } from "../json";
import { readiness } from "./health";

const verdict = (object: JsonObject) => {
  const { status, reason } = readiness(object);
  return `${status}: ${reason}`;
};
const of = (apiVersion: string, kind: string, status: JsonObject, spec: JsonObject = {}, generation = 1) => ({
  apiVersion,
  kind,
  metadata: { name: "x", generation },
  spec,
  status,
});
const condition = (type: string, status: string, reason = "", message = "") => ({
  conditions: [{ type, status, reason, message }],
});

const cases: readonly (readonly [string, JsonObject, string])[] = [
  [
    "a Deployment whose last change is not seen yet",
    of("apps/v1", "Deployment", { observedGeneration: 1, availableReplicas: 1 }, {}, 2),
    "in-progress: its controller has not seen the last change yet",
  ],
  ["a Deployment that was just created", of("apps/v1", "Deployment", {}), "in-progress: it has not been observed yet"],
  [
    "a Deployment that lacks replicas",
    of(
      "apps/v1",
      "Deployment",
      { observedGeneration: 1, updatedReplicas: 3, replicas: 3, availableReplicas: 1 },
      { replicas: 3 },
    ),
    "in-progress: 1 of 3 replicas are available",
  ],
  [
    "a Deployment with old replicas left",
    of("apps/v1", "Deployment", { observedGeneration: 1, updatedReplicas: 1, replicas: 2, availableReplicas: 2 }),
    "in-progress: 1 old replicas are still there",
  ],
  [
    "a Deployment that has stopped progressing",
    of("apps/v1", "Deployment", {
      observedGeneration: 1,
      ...condition("Progressing", "False", "ProgressDeadlineExceeded", "no progress"),
    }),
    "failed: ProgressDeadlineExceeded: no progress",
  ],
  [
    "a Deployment that is there",
    of("apps/v1", "Deployment", {
      observedGeneration: 1,
      updatedReplicas: 1,
      replicas: 1,
      availableReplicas: 1,
      ...condition("Available", "True"),
    }),
    "current: 1 of 1 replicas are available",
  ],
  [
    "a StatefulSet in the middle of an update",
    of(
      "apps/v1",
      "StatefulSet",
      { observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 1 },
      { replicas: 2 },
    ),
    "in-progress: 1 of 2 replicas are up to date",
  ],
  [
    "a DaemonSet with a pod that is not ready",
    of("apps/v1", "DaemonSet", {
      observedGeneration: 1,
      desiredNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberReady: 1,
      numberAvailable: 1,
    }),
    "in-progress: 1 of 2 pods are ready",
  ],
  [
    "a DaemonSet that no node wants",
    of("apps/v1", "DaemonSet", { observedGeneration: 1, desiredNumberScheduled: 0 }),
    "current: 0 of 0 pods are ready",
  ],
  ["a Job that runs", of("batch/v1", "Job", { active: 1 }), "in-progress: 1 pods run, 0 succeeded, 0 failed"],
  ["a Job that is done", of("batch/v1", "Job", condition("Complete", "True")), "current: it has completed"],
  [
    "a Job that failed",
    of("batch/v1", "Job", condition("Failed", "True", "BackoffLimitExceeded", "limit reached")),
    "failed: BackoffLimitExceeded: limit reached",
  ],
  [
    "a Pod that no node fits",
    of("v1", "Pod", { phase: "Pending", ...condition("PodScheduled", "False", "Unschedulable", "0/3 nodes") }),
    "in-progress: Unschedulable: 0/3 nodes",
  ],
  [
    "a Pod whose image cannot be pulled",
    of("v1", "Pod", {
      phase: "Pending",
      containerStatuses: [{ name: "app", state: { waiting: { reason: "ErrImagePull", message: "no such image" } } }],
    }),
    "in-progress: container app: ErrImagePull: no such image",
  ],
  ["a Pod that failed", of("v1", "Pod", { phase: "Failed", message: "evicted" }), "failed: evicted"],
  ["a claim that waits", of("v1", "PersistentVolumeClaim", { phase: "Pending" }), "in-progress: its phase is Pending"],
  [
    "a load balancer without an address",
    of("v1", "Service", { loadBalancer: {} }, { type: "LoadBalancer" }),
    "in-progress: its load balancer has no address yet",
  ],
  ["a cluster-internal Service", of("v1", "Service", {}, { type: "ClusterIP" }), "current: it needs no load balancer"],
  [
    "a CRD whose names are taken",
    of(
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      condition("NamesAccepted", "False", "KindConflict", "taken"),
    ),
    "failed: KindConflict: taken",
  ],
  [
    "a CRD that is accepted but not established",
    of("apiextensions.k8s.io/v1", "CustomResourceDefinition", condition("NamesAccepted", "True")),
    "in-progress: it is not Established yet",
  ],
  [
    "an APIService whose backend is down",
    of("apiregistration.k8s.io/v1", "APIService", condition("Available", "False", "MissingEndpoints", "none")),
    "in-progress: MissingEndpoints: none",
  ],
  [
    "a custom resource that is not ready",
    of("x.io/v1", "Thing", condition("Ready", "False", "Waiting")),
    "in-progress: Waiting",
  ],
  ["a custom resource that is stalled", of("x.io/v1", "Thing", condition("Stalled", "True", "Bad")), "failed: Bad"],
  ["a custom resource without conditions", of("x.io/v1", "Thing", {}), "current: it exists"],
  [
    "anything that is being deleted",
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "x", deletionTimestamp: "2026-01-01T00:00:00Z" } },
    "terminating: it is being deleted",
  ],
  [
    "an object whose status has another form",
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, status: [1], spec: null },
    "in-progress: it has not been observed yet",
  ],
];

describe("readiness", () => {
  for (const [name, object, expected] of cases) it(`of ${name}`, () => assert.equal(verdict(object), expected));
});
