/** A part of AWS with names and accounts of its own. */
export interface Partition {
  readonly dnsSuffix: string;
  /** Who starts instances, in a trust policy. */
  readonly ec2Principal: string;
  /** What the names of VPC endpoint services begin with. @default not known here, so none are made */
  readonly endpoints?: string;
}

/** Amazon EKS user guide, add-on images by region, 2026 (suffixes); AWS general reference (principals). */
export const PARTITIONS = {
  aws: { dnsSuffix: "amazonaws.com", ec2Principal: "ec2.amazonaws.com", endpoints: "com.amazonaws" },
  "aws-us-gov": { dnsSuffix: "amazonaws.com", ec2Principal: "ec2.amazonaws.com", endpoints: "com.amazonaws" },
  "aws-cn": { dnsSuffix: "amazonaws.com.cn", ec2Principal: "ec2.amazonaws.com.cn" },
  "aws-eusc": { dnsSuffix: "amazonaws.eu", ec2Principal: "ec2.amazonaws.com" },
} as const satisfies Readonly<Record<string, Partition>>;

export type PartitionName = keyof typeof PARTITIONS;

/** What is known of a region. */
export interface Region {
  readonly partition: PartitionName;
  /**
   * What its zone IDs begin with, such as `usw2` of `usw2-az1`. IDs name the same place in every account, names such as `us-west-2a` do
   * not. @default not known, so the program has to name its zones
   */
  readonly zonePrefix?: string;
  /** Numbers of the zones that a control plane goes to. @default 1 and 2 */
  readonly zones?: readonly number[];
}

const commercial = (zonePrefix: string): Region => ({ partition: "aws", zonePrefix });

/**
 * Regions with EKS (Amazon EKS user guide, add-on images by region, 2026). EKS puts no control plane in `use1-az3`, `usw1-az2` and
 * `cac1-az3` (same guide, network requirements), which no default here names.
 */
export const REGIONS = {
  "af-south-1": commercial("afs1"),
  "ap-east-1": commercial("ape1"),
  "ap-east-2": commercial("ape2"),
  "ap-northeast-1": commercial("apne1"),
  "ap-northeast-2": commercial("apne2"),
  "ap-northeast-3": commercial("apne3"),
  "ap-south-1": commercial("aps1"),
  "ap-south-2": commercial("aps2"),
  "ap-southeast-1": commercial("apse1"),
  "ap-southeast-2": commercial("apse2"),
  "ap-southeast-3": commercial("apse3"),
  "ap-southeast-4": commercial("apse4"),
  "ap-southeast-5": commercial("apse5"),
  "ap-southeast-6": commercial("apse6"),
  "ap-southeast-7": commercial("apse7"),
  "ca-central-1": commercial("cac1"),
  "ca-west-1": commercial("caw1"),
  "cn-north-1": { partition: "aws-cn", zonePrefix: "cnn1" },
  "cn-northwest-1": { partition: "aws-cn", zonePrefix: "cnnw1" },
  "eu-central-1": commercial("euc1"),
  "eu-central-2": commercial("euc2"),
  "eu-north-1": commercial("eun1"),
  "eu-south-1": commercial("eus1"),
  "eu-south-2": commercial("eus2"),
  "eu-west-1": commercial("euw1"),
  "eu-west-2": commercial("euw2"),
  "eu-west-3": commercial("euw3"),
  "eusc-de-east-1": { partition: "aws-eusc" },
  "il-central-1": commercial("ilc1"),
  "me-central-1": commercial("mec1"),
  "me-south-1": commercial("mes1"),
  "mx-central-1": commercial("mxc1"),
  "sa-east-1": commercial("sae1"),
  "us-east-1": commercial("use1"),
  "us-east-2": commercial("use2"),
  "us-gov-east-1": { partition: "aws-us-gov", zonePrefix: "usge1" },
  "us-gov-west-1": { partition: "aws-us-gov", zonePrefix: "usgw1" },
  "us-west-1": { ...commercial("usw1"), zones: [1, 3] },
  "us-west-2": commercial("usw2"),
} as const satisfies Readonly<Record<string, Region>>;

export type AwsRegion = keyof typeof REGIONS;

/** Zones that a control plane goes to unless the program names others; none when their IDs are not known. */
export function usualZones(region: AwsRegion): readonly string[] {
  const { zonePrefix, zones = [1, 2] }: Region = REGIONS[region];
  return zonePrefix === undefined ? [] : zones.map((number) => `${zonePrefix}-az${number}`);
}

/** Zone IDs where EKS has no control planes (Amazon EKS user guide, network requirements, 2026). */
export const ZONES_WITHOUT_CONTROL_PLANE: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az3"];

/**
 * The zone of the region that a Local Zone belongs to: a control plane needs a subnet there to reach nodes in it. Only of those where GPU
 * instances are (Amazon EKS user guide, UltraServers of P6e-GB200, 2026).
 */
export const PARENT_ZONES: Readonly<Record<string, string>> = { "us-east-1-dfw-2a": "us-east-1d" };

/** How a zone is named, and whether it is a Local Zone; `undefined` for what is no zone of the region. */
export interface Zone {
  readonly by: "name" | "id";
  readonly local: boolean;
}

/**
 * Reads a zone such as `us-west-2b`, `usw2-az2`, or a Local Zone's: `us-east-1-dfw-2a`, `use1-dfw2-az1`.
 *
 * @returns `undefined` for what is no zone of the region
 */
export function zoneOf(zone: string, region: AwsRegion): Zone | undefined {
  const { zonePrefix }: Region = REGIONS[region];
  if (zone.startsWith(region)) {
    const rest = zone.slice(region.length);
    if (/^[a-z]$/.test(rest)) return { by: "name", local: false };
    if (/^-[a-z]{3}-\d+[a-z]$/.test(rest)) return { by: "name", local: true };
  }
  if (zonePrefix !== undefined && zone.startsWith(`${zonePrefix}-`)) {
    const rest = zone.slice(zonePrefix.length);
    if (/^-az\d+$/.test(rest)) return { by: "id", local: false };
    if (/^-[a-z]{3}\d+-az\d+$/.test(rest)) return { by: "id", local: true };
  }
  return undefined;
}
