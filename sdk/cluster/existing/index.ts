/**
 * A cluster that is there already: its kubeconfig and what the recipe needs to know about it go in; nothing is created and nothing is
 * removed with it.
 */
import * as pulumi from "@pulumi/pulumi";
import { identityOf } from "../identity";
import { type ClusterFacts, type ClusterTarget } from "../types";

/** Settings of {@link existing}. */
export interface ExistingArgs<Facts extends ClusterFacts = ClusterFacts> {
  /** Text of a kubeconfig. It is treated as a secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Known when the program is constructed, so that preview and up render the same. */
  readonly facts: Facts;
}

/**
 * A cluster that somebody else manages.
 *
 * @throws KubeError at `up`, when its API server does not answer.
 * @example
 * existing({
 *   kubeconfig: config.requireSecret("kubeconfig"),
 *   facts: { service: "eks", accelerator: "h100", os: "ubuntu", kubernetesVersion: "1.34.2", pools },
 * });
 */
export function existing<const Facts extends ClusterFacts>({
  kubeconfig,
  facts,
}: ExistingArgs<Facts>): ClusterTarget<Facts["service"], Facts["accelerator"], Facts["os"]> {
  return {
    service: facts.service,
    facts,
    provision() {
      const secret = pulumi.secret(kubeconfig);
      return { facts, kubeconfig: secret, identity: identityOf(secret), ready: [] };
    },
  };
}
