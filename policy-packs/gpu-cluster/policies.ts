import { type Exemption, plain, standing } from "@cairn/policy-kit";
import {
  type Policies,
  type PolicyConfigSchema,
  type ReportViolation,
  type ResourceValidationPolicy,
  type Severity,
  type StackValidationPolicy,
} from "@pulumi/policy";
import * as aws from "./aws";
import * as azure from "./azure";
import { capacity } from "./capacity";
import * as gcp from "./gcp";
import * as oci from "./oci";
import { ownership } from "./owner";
import { type Finding, forType, type Rules, type Subject } from "./rule";
import { ENDPOINT, EXEMPTIONS, LARGE_POOL, type PolicySettings, readSettings } from "./settings";
import { memberOf, type Source, type StackRules, unversioned } from "./stack";

interface Definition {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly severity: Severity;
  readonly remediationSteps: string;
  readonly config?: PolicyConfigSchema["properties"];
}

/** Policies that look at one resource, and where that is not enough at the others of its stack. */
const RESOURCE_POLICIES: readonly (Definition & {
  readonly rules: readonly Rules[];
  readonly stackRules?: readonly StackRules[];
})[] = [
  {
    name: "private-endpoint",
    displayName: "API servers are private",
    description: "The API server is reached privately, or by stated addresses only.",
    severity: "critical",
    remediationSteps: "Turn the public endpoint off, or name the ranges that may reach it.",
    config: { endpoint: ENDPOINT },
    rules: [aws.endpoint, gcp.endpoint, azure.endpoint, oci.endpoint],
    stackRules: [oci.endpointInStack],
  },
  {
    name: "encryption-at-rest",
    displayName: "Secrets and disks are encrypted",
    description: "Kubernetes secrets are encrypted with a key of yours, and the nodes' disks are encrypted.",
    severity: "high",
    remediationSteps: "Name a key of your own.",
    rules: [aws.encryption, gcp.encryption, azure.encryption, oci.encryption],
  },
  {
    name: "metadata-service",
    displayName: "Instance metadata is guarded",
    description: "Pods cannot take the node's credentials from the instance metadata service (IMDSv2 and its like).",
    severity: "high",
    remediationSteps: "Require a token, or the cloud's own metadata server.",
    rules: [aws.metadata, gcp.metadata, oci.metadata],
  },
  {
    name: "no-public-node-address",
    displayName: "Nodes have no public address",
    description: "No node has an address that the internet can reach.",
    severity: "high",
    remediationSteps: "Use private subnets with NAT or endpoints.",
    rules: [aws.addresses, gcp.addresses, azure.addresses, oci.addresses],
    stackRules: [aws.addressesInStack],
  },
  {
    name: "single-zone-fabric",
    displayName: "GPU pools with a fabric stay in one zone",
    description: "A pool whose GPUs talk over a fabric of their own does not span zones.",
    severity: "medium",
    remediationSteps: "Name the zone of the capacity.",
    rules: [aws.zone, gcp.zone, azure.zone, oci.zone],
    stackRules: [aws.zoneInStack],
  },
  {
    name: "deletion-protection",
    displayName: "Clusters are protected",
    description: "A cluster is not deleted by mistake.",
    severity: "medium",
    remediationSteps: "Turn deletion protection on; where the cloud has none, set Pulumi's option protect.",
    rules: [aws.deletion, gcp.deletion, azure.deletion, oci.deletion],
  },
];

/** The pack's policies. Side-effect free: `index.ts` serves them. */
export function policies(now: () => Date): Policies {
  return [...RESOURCE_POLICIES.map((definition) => resourcePolicy(definition, now)), ...stackPolicies(now)];
}

const configSchema = (properties: PolicyConfigSchema["properties"] = {}): PolicyConfigSchema => ({
  properties: { exemptions: EXEMPTIONS, ...properties },
});

function resourcePolicy(
  { rules, stackRules, config, ...metadata }: (typeof RESOURCE_POLICIES)[number],
  now: () => Date,
): ResourceValidationPolicy & Partial<StackValidationPolicy> {
  const byType = Object.assign({}, ...rules) as Rules;
  return {
    ...metadata,
    configSchema: configSchema(config),
    validateResource(args, report) {
      const type = unversioned(args.type);
      const rule = forType(byType, type);
      const settings = readSettings(metadata.name, args.getConfig());
      if (rule === undefined) return;
      const subject: Subject = { props: plain(args.props), protect: args.opts.protect, settings };
      reportAll(rule(subject), { ...args, type }, settings, now(), report);
    },
    ...(stackRules !== undefined && { validateStack: judgeStack(metadata.name, stackRules, now) }),
  };
}

/** Judges each resource of a stack that there is a rule for, beside the others. */
function judgeStack(
  policy: string,
  rules: readonly StackRules[],
  now: () => Date,
): StackValidationPolicy["validateStack"] {
  const byType = Object.assign({}, ...rules) as StackRules;
  return (args, report) => {
    const settings = readSettings(policy, args.getConfig());
    const stack = args.resources.map(memberOf);
    for (const [index, member] of stack.entries()) {
      const rule = forType(byType, member.type);
      if (rule === undefined) continue;
      const subject: Subject = { props: member.props, protect: args.resources[index]!.opts.protect, settings };
      reportAll(rule(member, subject, stack), member, settings, now(), report);
    }
  };
}

function stackPolicies(now: () => Date): readonly StackValidationPolicy[] {
  return [
    {
      name: "one-gpu-stack-owner",
      displayName: "One owner of the GPU stack",
      description: "Driver and device plugin have one owner each: the cloud, or the GPU Operator.",
      severity: "high",
      remediationSteps: "Set the target's gpuStack; pool and charts then agree.",
      configSchema: configSchema(),
      validateStack(args, report) {
        const settings = readSettings("one-gpu-stack-owner", args.getConfig());
        for (const [member, findings] of ownership(args.resources.map(memberOf)))
          reportAll(findings, member, settings, now(), report);
      },
    },
    {
      name: "capacity-named",
      displayName: "Large GPU pools name their capacity",
      description: "A large pool of GPU nodes says where its machines come from.",
      severity: "medium",
      remediationSteps: "Name a reservation, a capacity block or queued provisioning.",
      configSchema: configSchema({ largePool: LARGE_POOL }),
      validateStack: judgeStack("capacity-named", [capacity], now),
    },
  ];
}

function reportAll(
  findings: readonly Finding[],
  { type, name, urn }: Pick<Source, "type" | "name" | "urn">,
  { exemptions }: PolicySettings,
  now: Date,
  report: ReportViolation,
): void {
  const matching = exemptions.filter(({ resource }: Exemption) => resource === name || resource === urn);
  const exempt = standing(matching, now);
  if (exempt.kind === "exempt") return;
  const note = exempt.kind === "expired" ? `. ${exempt.note}` : "";
  for (const { path, problem, fix } of findings) {
    const place = path === "" ? "" : ` (${path})`;
    report(`${type.split(":").at(-1)} ${JSON.stringify(name)}: ${problem}${place}; ${fix}${note}`, urn);
  }
}
