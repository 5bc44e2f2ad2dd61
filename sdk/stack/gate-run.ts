import { setTimeout as sleep } from "node:timers/promises";
import canonicalize from "canonicalize";
import { CairnError, type Finding } from "../errors";
import { connect } from "../kube";
import { type ClusterView, judge } from "./gate-judge";
import { type GateInputs } from "./types";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2000;

/** What `ReadinessGate` does. */
export const gateProvider = {
  async create(inputs: GateInputs) {
    await passGate(inputs);
    return { id: inputs.component, outs: inputs };
  },
  diff: (_id: string, olds: GateInputs, news: GateInputs) => Promise.resolve({ changes: gateChanged(olds, news) }),
  async update(_id: string, _olds: GateInputs, news: GateInputs) {
    await passGate(news);
    return { outs: news };
  },
};

/**
 * Waits until a gate is open.
 *
 * @throws CairnError `GATE_TIMEOUT` that names each assertion that does not hold, its object and what was seen last
 */
async function passGate(inputs: GateInputs): Promise<void> {
  const kube = connect(inputs.kubeconfig);
  try {
    await waitForGate(kube, inputs);
  } finally {
    await kube.close();
  }
}

/** As {@link passGate}, on a client that is there already. */
export async function waitForGate(kube: ClusterView, inputs: Omit<GateInputs, "kubeconfig">): Promise<void> {
  const deadline = Date.now() + inputs.gate.timeout;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const findings = await judge(kube, inputs);
    if (findings.length === 0) return;
    const left = deadline - Date.now();
    if (left <= 0) throw timedOut(inputs, findings);
    await sleep(Math.min(pause, left));
  }
}

/** Whether a gate must judge again. Another kubeconfig for the same cluster is no reason. */
export function gateChanged(olds: GateInputs, news: GateInputs): boolean {
  return canonicalize(material(olds)) !== canonicalize(material(news));
}

const material = ({ component, namespace, gate, expected, content, cluster }: GateInputs) => ({
  component,
  namespace,
  gate,
  expected,
  content,
  cluster,
});

function timedOut({ component, gate }: Omit<GateInputs, "kubeconfig">, findings: readonly Finding[]): CairnError {
  return new CairnError("GATE_TIMEOUT", `${component} was not ready after ${gate.timeout / 1000} s`, {
    findings,
    kind: "check-failed",
    hint: "look at the objects named above; `cairn up` goes on from here",
  });
}
