import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, providerText } from "../dynamic-resource";
import { type Phase, type Recipe } from "../recipe";
import { type KeyFile } from "../sigstore";
import { type evidenceProvider } from ".";

export interface EvidenceArgs {
  readonly recipe: pulumi.Input<Recipe>;
  /** Content of `cairn.lock.yaml`. */
  readonly lock: pulumi.Input<string>;
  /** Snapshot of the cluster, as JSON text. */
  readonly snapshot: pulumi.Input<string>;
  /** CTRF report of each phase that ran, as JSON text. */
  readonly results: { readonly [P in Phase]?: pulumi.Input<string> };
  /** A password that is given here is kept as a secret. */
  readonly signer: KeyFile<pulumi.Input<string>>;
  /** Repository to publish to, such as `oci://ghcr.io/acme/evidence`. @default not published */
  readonly push?: string;
  /** Pointer file to write, for a pull request; only with `push`. */
  readonly pointer?: string;
  /** Where the bundle is written; replaced as a whole. */
  readonly directory: string;
  /** Days until it stops being evidence. @default 90 */
  readonly validDays?: number;
}

/**
 * Signed evidence of a validation, as a step of a Pulumi program. It is made again when the recipe, the lock, the results or the cluster is
 * another one. Destroying it takes nothing back: what was published stays published.
 *
 * @example
 * new Evidence("evidence", { recipe, lock, snapshot: phase.snapshot, results: { deployment: phase.ctrf }, signer, directory: ".cairn/evidence" });
 */
export class Evidence extends DynamicResource {
  /** Of the evidence's manifest. */
  declare readonly digest: pulumi.Output<string>;
  /** `registry/repository@sha256:…`; the directory when it was not pushed. */
  declare readonly reference: pulumi.Output<string>;
  /** `simulated`, `cluster` or `accelerator`. */
  declare readonly tier: pulumi.Output<string>;
  /** Fingerprint of the signer's key. */
  declare readonly key: pulumi.Output<string>;
  /** When it stops being evidence, UTC. */
  declare readonly expiresAt: pulumi.Output<string>;

  constructor(name: string, args: EvidenceArgs, opts: pulumi.CustomResourceOptions = {}) {
    const outputs = { digest: undefined, reference: undefined, tier: undefined, key: undefined, expiresAt: undefined };
    super("Evidence", provider, name, { ...outputs, ...args, signer: withSecret(args.signer) }, opts);
  }
}

const withSecret = (signer: EvidenceArgs["signer"]): EvidenceArgs["signer"] =>
  "password" in signer ? { ...signer, password: pulumi.secret(signer.password) } : signer;

const provider = providerText<typeof evidenceProvider>("@cairn/sdk/evidence", "evidenceProvider", {
  create: true,
  diff: true,
  update: true,
});
