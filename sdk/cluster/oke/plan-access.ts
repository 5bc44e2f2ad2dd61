import { parseBlock } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { checkPublicSource } from "../cloud/sources";
import { type OkeArgs, type OkeWorkload } from "./args";
import { checkOcid } from "./ocid";
import { DEFAULT_CIDR } from "./plan-network";

/** How the Kubernetes API is reached. */
export interface EndpointPlan {
  readonly public: boolean;
  /** Blocks that reach it beside nodes and pods. */
  readonly from: readonly string[];
  /** IAM groups with all rights in the cluster. */
  readonly admins: readonly string[];
}

export function planEndpoint({ access = {}, network }: OkeArgs): EndpointPlan {
  const { endpoint = "private", from = [], admins = [] } = access;
  return { public: endpoint === "public", from: [...new Set([network?.cidr ?? DEFAULT_CIDR, ...from])], admins };
}

export function checkAccess(args: OkeArgs, region: string | undefined, findings: Findings): void {
  const { access = {}, encryption = {}, imagePolicy, network } = args;
  const { endpoint = "private", from = [], admins = [] } = access;
  findings.oneOf(endpoint, "access.endpoint", ["private", "public"]);
  for (const [index, block] of from.entries())
    checkSource(block, `access.from[${index}]`, endpoint === "public", findings);
  if (endpoint === "public") checkPublic(from, network, findings);
  for (const [index, group] of admins.entries()) checkOcid(group, `access.admins[${index}]`, ["group"], findings);
  checkOcid(encryption.key, "encryption.key", ["key"], findings, region);
  checkOcid(encryption.keyCompartmentId, "encryption.keyCompartmentId", ["compartment", "tenancy"], findings);
  findings.check(
    encryption.keyCompartmentId === undefined || encryption.key !== undefined,
    "encryption.keyCompartmentId",
    "says where a key is, and encryption.key names none",
    "name the key, or leave both out",
  );
  for (const [index, key] of (imagePolicy?.keys ?? []).entries())
    checkOcid(key, `imagePolicy.keys[${index}]`, ["key"], findings, region);
  const keys = imagePolicy === undefined || imagePolicy.keys.length > 0;
  findings.check(keys, "imagePolicy.keys", "is empty, so no image could run", "name a signing key, or leave it out");
}

/** A private endpoint is reached through networks that are joined to the VCN: whatever addresses those have. */
function checkSource(text: string, path: string, isPublic: boolean, findings: Findings): void {
  const block = parseBlock(text);
  if (block === undefined) findings.add(path, `${JSON.stringify(text)} is no IPv4 block such as 203.0.113.0/24`);
  else if (isPublic) checkPublicSource(block, path, findings);
  else findings.check(block.prefix >= 8, path, `${text} lets everybody in`, "name the blocks of your own network");
}

function checkPublic(from: readonly string[], network: OkeArgs["network"], findings: Findings): void {
  const hint = "a public endpoint needs authorised blocks, such as 203.0.113.0/24";
  findings.check(from.length > 0, "access.from", "is empty", hint);
  const closed = network?.egress === "oracle-services";
  const message = "is public in a network without a way to the internet";
  findings.check(!closed, "access.endpoint", message, 'use endpoint: "private", or network.egress: "nat"');
}

/** A name of a namespace or a service account; it goes into a policy statement, so nothing else may. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const PERMISSION = /^(inspect|read|use|manage) [a-z][a-z0-9-]*$/;

export function checkWorkloads(workloads: readonly OkeWorkload[], findings: Findings): void {
  for (const [index, { namespace, serviceAccount, allow, compartmentId }] of workloads.entries()) {
    const path = `workloads[${index}]`;
    findings.check(NAME.test(namespace), `${path}.namespace`, `${JSON.stringify(namespace)} is no namespace`);
    const account = `${JSON.stringify(serviceAccount)} is no service account`;
    findings.check(NAME.test(serviceAccount), `${path}.serviceAccount`, account);
    findings.check(allow.length > 0, `${path}.allow`, "is empty", "leave the workload out");
    for (const [place, permission] of allow.entries()) {
      const at = `${path}.allow[${place}]`;
      const form = "write verb and resource: read objects";
      if (!findings.check(PERMISSION.test(permission), at, `${JSON.stringify(permission)} is no permission`, form))
        continue;
      const all = permission.endsWith(" all-resources");
      findings.check(!all, at, `${permission} is everything in the compartment`, "name the resources");
    }
    checkOcid(compartmentId, `${path}.compartmentId`, ["compartment", "tenancy"], findings);
    const first = workloads.findIndex((each) => each.namespace === namespace && each.serviceAccount === serviceAccount);
    findings.check(first === index, path, `${namespace}/${serviceAccount} is listed twice`, "put its rights together");
  }
}
