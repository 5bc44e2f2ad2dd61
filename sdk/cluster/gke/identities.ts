import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { CairnError } from "../../errors";
import { child } from "../cloud/child";
import { options, type Context } from "./context";

/** Who nodes are. */
export interface NodeIdentity {
  readonly email: pulumi.Output<string>;
  /** Rights without which nodes neither join nor pull. */
  readonly ready: readonly pulumi.Resource[];
}

/** The least that nodes need, as commonly known: Google's role for nodes, and images. No dated page was at hand. */
const NODE_ROLES = {
  "default-node": "roles/container.defaultNodeServiceAccount",
  "artifact-reader": "roles/artifactregistry.reader",
} as const;

/** A service account for nodes, instead of Compute Engine's default one, which may edit the project. */
export function nodeIdentity(context: Context): NodeIdentity {
  const { name, args, plan } = context;
  const { project } = plan;
  const account = child(
    Account,
    `${name}-sa`,
    { project, displayName: `Nodes of ${name}` },
    options(context),
    args.transform?.nodeAccount,
  );
  const ready = Object.entries(NODE_ROLES).map(([word, role]) =>
    child(
      IAMMember,
      `${name}-node-${word}`,
      { project, role, member: pulumi.interpolate`serviceAccount:${account.email}` },
      options(context),
      args.transform?.nodeRole,
    ),
  );
  return { email: account.email, ready };
}

/**
 * Google's own accounts in the project. GKE's is made where it is missing; its address is also where the project's number comes from, so
 * that nothing has to be looked up.
 */
export interface ServiceAgents {
  readonly gke: pulumi.Output<string>;
  readonly compute: pulumi.Output<string>;
  readonly projectNumber: pulumi.Output<string>;
}

export function serviceAgents(context: Context): ServiceAgents {
  const { name, args, plan } = context;
  const agent = child(
    ServiceIdentity,
    `${name}-gke-agent`,
    { project: plan.project, service: "container.googleapis.com" },
    options(context),
    args.transform?.serviceAgent,
  );
  const projectNumber = agent.email.apply(numberOf);
  return {
    gke: agent.email,
    compute: pulumi.interpolate`service-${projectNumber}@compute-system.iam.gserviceaccount.com`,
    projectNumber,
  };
}

function numberOf(email: string): string {
  const [, number] = /^service-(\d+)@/.exec(email) ?? [];
  if (number !== undefined) return number;
  throw new CairnError(
    "CLOUD_ANSWER",
    `GKE's service agent is called ${email}, which does not tell the project's number`,
  );
}

/** A key of Cloud KMS and who has to be able to use it. */
export interface ClusterKey {
  readonly id: pulumi.Input<string>;
  readonly ready: readonly pulumi.Resource[];
}

/** Rotation period in seconds: 90 days. */
const ROTATION = "7776000s";

/** The key that is there, or one of the cluster's own with rights for exactly two of Google's accounts. */
export function clusterKey(context: Context, agents: ServiceAgents): ClusterKey {
  const { name, args, plan } = context;
  if (args.encryption !== undefined) return { id: args.encryption.key, ready: [] };
  const ring = child(
    KeyRing,
    `${name}-keys`,
    { project: plan.project, location: plan.region },
    // No key ring can ever be deleted.
    options(context, { retainOnDelete: true }),
    args.transform?.keyRing,
  );
  const key = child(
    CryptoKey,
    `${name}-key`,
    { keyRing: ring.id, purpose: "ENCRYPT_DECRYPT", rotationPeriod: ROTATION, labels: plan.resourceLabels },
    options(context, { part: "key" }),
    args.transform?.key,
  );
  const users = { gke: agents.gke, compute: agents.compute };
  const ready = Object.entries(users).map(([word, email]) =>
    child(
      CryptoKeyIAMMember,
      `${name}-key-${word}`,
      {
        cryptoKeyId: key.id,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: pulumi.interpolate`serviceAccount:${email}`,
      },
      options(context),
      args.transform?.keyGrant,
    ),
  );
  return { id: key.id, ready };
}

/** Components of recipes for GKE that ask Google's APIs, and the least that each needs. */
const COMPONENTS = {
  topograph: { namespace: "topograph", serviceAccount: "topograph", role: "roles/compute.viewer" },
  "slinky-topograph": { namespace: "topograph", serviceAccount: "slinky-topograph", role: "roles/compute.viewer" },
} as const;

/**
 * Rights of components, by Workload Identity Federation: a Kubernetes service account holds them itself, and no key exists. All clusters of a
 * project share them, as they share identities.
 */
export function componentIdentities(
  context: Context,
  { projectNumber }: ServiceAgents,
  cluster: pulumi.Resource,
): readonly pulumi.Resource[] {
  const { name, args, plan } = context;
  const { project } = plan;
  return Object.entries(COMPONENTS).map(([component, { namespace, serviceAccount, role }]) => {
    const member = pulumi.interpolate`principal://iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${project}.svc.id.goog/subject/ns/${namespace}/sa/${serviceAccount}`;
    // The first cluster with workload identity brings the project's pool of identities.
    return child(
      IAMMember,
      `${name}-${component}`,
      { project, role, member },
      options(context, { dependsOn: [cluster] }),
      args.transform?.componentRole,
    );
  });
}
