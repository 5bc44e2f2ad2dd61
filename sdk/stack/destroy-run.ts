import { connect, type KubeObject, readiness, refOf, waitFor } from "../kube";
import { type DestroyStepInputs } from "./types";

/** What `DestroyStep` does. */
export const destroyStepProvider = {
  create: (inputs: DestroyStepInputs) => Promise.resolve({ id: inputs.component, outs: inputs }),
  update: (_id: string, _olds: DestroyStepInputs, news: DestroyStepInputs) => Promise.resolve({ outs: news }),
  delete: (_id: string, inputs: DestroyStepInputs) => runDestroyStep(inputs),
};

/**
 * Applies an object, waits until it is healthy (a Job: until it has completed) and removes it.
 *
 * @throws CairnError `KUBE_*`; the component's objects then stay, and destroy can be run again
 */
async function runDestroyStep({ manifest, kubeconfig }: DestroyStepInputs): Promise<void> {
  const kube = connect(kubeconfig);
  try {
    const ref = refOf(await kube.apply(manifest));
    await waitFor(kube, ref, whenHealthy);
    await kube.delete(ref, { propagation: "Foreground" });
  } finally {
    await kube.close();
  }
}

function whenHealthy(object: KubeObject | undefined): boolean | string {
  if (object === undefined) return "it has vanished";
  const { ready, reason } = readiness(object);
  return ready || reason;
}
