import { CairnError } from "../errors";
import { connect, describeRef, isKubeError, type KubeClient, type KubeObject, refOf } from "../kube";
import { type DrainInputs } from "./types";

/** Objects behind which a controller keeps something in the cloud. */
interface Kept {
  readonly apiVersion: string;
  readonly kind: string;
  /** Only those. @default all */
  readonly which?: (object: KubeObject) => boolean;
  /** They go by themselves once others are gone. @default false */
  readonly follows?: boolean;
}

/** What is deleted, and then what is waited for. An API that the cluster does not serve has no objects. */
const KEPT: { readonly [W in DrainInputs["what"]]: readonly Kept[] } = {
  "load-balancers": [
    { apiVersion: "v1", kind: "Service", which: ({ spec }) => field(spec, "type") === "LoadBalancer" },
    { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
    { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway" },
    { apiVersion: "karpenter.sh/v1", kind: "NodePool" },
    { apiVersion: "karpenter.sh/v1", kind: "NodeClaim", follows: true },
  ],
  volumes: [
    { apiVersion: "v1", kind: "PersistentVolumeClaim" },
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      which: ({ spec }) =>
        field(spec, "persistentVolumeReclaimPolicy") === "Delete" && field(spec, "claimRef") !== undefined,
      follows: true,
    },
  ],
};

const field = (of: unknown, name: string): unknown => (of as Readonly<Record<string, unknown>> | undefined)?.[name];

/** How often it is looked again, in milliseconds. */
const INTERVAL = 1_000;

/** What `Drain` does. */
export const drainProvider = {
  create: (inputs: DrainInputs) => Promise.resolve({ id: inputs.what, outs: inputs }),
  update: (_id: string, _olds: DrainInputs, news: DrainInputs) => Promise.resolve({ outs: news }),
  delete: (_id: string, inputs: DrainInputs) => drain(inputs),
};

/**
 * @throws CairnError `DRAIN_TIMEOUT` naming what is left and the finalizers that hold it; destroy can be run again
 */
async function drain({ what, kubeconfig, timeout }: DrainInputs): Promise<void> {
  const kube = connect(kubeconfig);
  const deadline = Date.now() + timeout * 1000;
  try {
    for (let left = await objectsOf(kube, what); left.length > 0; left = await objectsOf(kube, what)) {
      // Again in each round: a controller may have made another one meanwhile.
      const present = left.filter(
        ({ follows, object }) => !follows && object.metadata["deletionTimestamp"] === undefined,
      );
      await Promise.all(present.map(({ object }) => kube.delete(refOf(object), { propagation: "Background" })));
      if (Date.now() > deadline) throw leftOver(what, timeout, left);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  } finally {
    await kube.close();
  }
}

interface Left {
  readonly object: KubeObject;
  readonly follows: boolean;
}

async function objectsOf(kube: KubeClient, what: DrainInputs["what"]): Promise<readonly Left[]> {
  const lists = KEPT[what].map(async ({ apiVersion, kind, which = () => true, follows = false }) =>
    (await listed(kube, apiVersion, kind)).filter(which).map((object) => ({ object, follows })),
  );
  return (await Promise.all(lists)).flat();
}

async function listed(kube: KubeClient, apiVersion: string, kind: string): Promise<readonly KubeObject[]> {
  try {
    return await kube.list(apiVersion, kind);
  } catch (error) {
    if (isKubeError(error, "KUBE_KIND_UNKNOWN")) return [];
    throw error;
  }
}

function leftOver(what: DrainInputs["what"], timeout: number, left: readonly Left[]): CairnError {
  return new CairnError("DRAIN_TIMEOUT", `${what} were not gone after ${timeout} s`, {
    kind: "check-failed",
    findings: left.map(({ object }) => {
      const finalizers = (object.metadata["finalizers"] ?? []) as readonly string[];
      return {
        message: describeRef(refOf(object)) + (finalizers.length > 0 ? `, held by ${finalizers.join(", ")}` : ""),
      };
    }),
    hint: "see what their controller says, and destroy again",
  });
}
