import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { type JsonObject } from "../../json";
import { type EksArgs } from "./args";
import { capacityBlock, onDemand, onDemandReservation, reservationGroup, spot } from "./capacity";
import { EksCluster } from "./cluster";
import { ami, amiRelease } from "./images";
import { eks } from ".";

/** What the engine is told of one resource. */
interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: JsonObject;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deletedWith: string;
  readonly provider: string;
  readonly secretOutputs: readonly string[];
}

/** As much of Pulumi's RegisterResourceRequest as is asserted on. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getDeletedwith(): string;
  getProvider(): string;
  getAdditionalsecretoutputsList(): string[];
  getObject(): { toJavaScript(): JsonObject };
}
type Callback = (error: Error | null, response: { getUrn(): string }) => void;

/** The part of Pulumi's mock monitor that hears of registrations. */
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
}

/** Listens in on the mocks: they tell a test neither dependencies nor options. */
function record(monitor: Monitor): Registration[] {
  const registrations: Registration[] = [];
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error)
        registrations.push({
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          inputs: request.getObject().toJavaScript(),
          dependencies: request.getDependenciesList(),
          protect: request.getProtect(),
          deleteBeforeReplace: request.getDeletebeforereplace(),
          ignoreChanges: request.getIgnorechangesList(),
          deletedWith: request.getDeletedwith(),
          provider: request.getProvider(),
          secretOutputs: request.getAdditionalsecretoutputsList(),
        });
      callback(error, response);
    });
  return registrations;
}

/** What AWS would answer. */
const AWS: Readonly<Record<string, object>> = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://ABC.gr7.us-west-2.eks.amazonaws.com",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 7 },
  "aws:ec2/placementGroup:PlacementGroup": { name: "train-gpus-placement-1a2b3c" },
  "aws:ec2/capacityReservation:CapacityReservation": {
    availabilityZone: "us-west-2c",
    instanceType: "p5.48xlarge",
    instanceCount: 16,
  },
};

class Made {
  constructor(
    readonly cluster: EksCluster,
    readonly all: readonly Registration[],
    readonly calls: readonly string[],
  ) {}

  /** The resource of this type whose name ends so. */
  find(type: string, suffix = ""): Registration {
    const name = `train${suffix && `-${suffix}`}`;
    const found = this.all.find((one) => one.type.endsWith(`:${type}`) && one.name === name);
    assert.ok(found, `${type} ${name}; there are ${this.names(type).join(", ")}`);
    return found;
  }

  names(type: string): readonly string[] {
    return this.all.filter((one) => one.type.endsWith(`:${type}`)).map(({ name }) => name);
  }

  /** Types and names of what a resource waits for. */
  after(registration: Registration): readonly string[] {
    return registration.dependencies.map((urn) => urn.split(":").slice(-3).join(":"));
  }
}

const REFERENCE: EksArgs = { region: "us-west-2", gpus: { accelerator: "h100", nodes: 4 } };

/** Makes a cluster under mocks. */
async function made(args: Partial<EksArgs> = {}): Promise<Made> {
  const calls: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => ({
        id: id !== undefined && id !== "" ? id : `${name}-id`,
        state: { arn: `arn:aws:iam::123456789012:role/${name}`, ...inputs, ...AWS[type] },
      }),
      call: ({ token, inputs }) => {
        calls.push(`${token} ${String(inputs["name"])}`);
        return { value: "ami-0fromcanonical" };
      },
    },
    "project",
    "test",
    false,
  );
  const registrations = record(getMonitor() as unknown as Monitor);
  const cluster = new EksCluster("train", { ...REFERENCE, ...args } as EksArgs);
  await Promise.all(cluster.ready.map((resource) => valueOf(resource.urn)));
  await valueOf(cluster.kubeconfig);
  await new Promise((done) => setTimeout(done, 20));
  return new Made(cluster, registrations, calls);
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply((value) => resolve(value as T)));
}

const userData = ({ inputs }: Registration): string => Buffer.from(String(inputs["userData"]), "base64").toString();

describe("an EKS cluster", function () {
  this.timeout(30_000);
  let reference: Made;
  before(async () => (reference = await made()));

  it("gives every resource the URN that it has always had", () => {
    const short = reference.all.map(({ type, name }) => `${type} ${name}`).sort();
    assert.deepEqual(short, URNS);
    const parents = new Set(reference.all.slice(1).map(({ parent }) => parent.split("::").at(-1)));
    assert.deepEqual([...parents], ["train"]);
    assert.equal(new Set(reference.all.map(({ urn }) => urn)).size, URNS.length);
  });

  it("uses one provider for its region everywhere", () => {
    const children = reference.all.filter(({ type }) => type.startsWith("aws:"));
    for (const { name, provider } of children) assert.match(provider, /pulumi:providers:aws::train-aws::/, name);
    assert.equal(reference.find("providers:aws", "aws").inputs["region"], "us-west-2");
  });

  it("has a private, encrypted, logged control plane that waits for its log group and rights", () => {
    const { inputs, ...cluster } = reference.find("Cluster");
    assert.equal(inputs["name"], "test-train");
    assert.equal(inputs["version"], "1.36");
    assert.equal(inputs["deletionProtection"], true);
    assert.equal(inputs["bootstrapSelfManagedAddons"], false);
    assert.deepEqual(inputs["accessConfig"], {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: true,
    });
    assert.deepEqual(inputs["vpcConfig"], {
      subnetIds: ["train-system-1-id", "train-system-2-id"],
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    assert.deepEqual(inputs["encryptionConfig"], {
      provider: { keyArn: "arn:aws:iam::123456789012:role/train-key" },
      resources: ["secrets"],
    });
    assert.deepEqual(inputs["upgradePolicy"], { supportType: "EXTENDED" });
    assert.equal((inputs["enabledClusterLogTypes"] as string[]).length, 5);
    assert.equal(cluster.deleteBeforeReplace, true);
    const after = reference.after(cluster as Registration);
    assert.ok(after.includes("LogGroup::train-logs"), after.join());
    assert.ok(after.some((name) => name.includes("AmazonEKSClusterPolicy")));
    assert.equal(reference.find("LogGroup", "logs").inputs["name"], "/aws/eks/test-train/cluster");
  });

  it("protects cluster, GPU pool, network and key, and nothing else", () => {
    const names = reference.all
      .filter(({ protect }) => protect)
      .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    assert.deepEqual(names.sort(), [
      "Cluster train",
      "Key train-key",
      "NodeGroup train-gpus",
      "Subnet train-gpus-subnet",
      "Subnet train-public-1",
      "Subnet train-public-2",
      "Subnet train-system-1",
      "Subnet train-system-2",
      "Vpc train-vpc",
    ]);
  });

  it("gives no node a public address, and every interface both security groups", () => {
    const { inputs } = reference.find("LaunchTemplate", "gpus");
    const interfaces = inputs["networkInterfaces"] as JsonObject[];
    assert.equal(interfaces.length, 33);
    for (const one of interfaces) {
      assert.equal(one["associatePublicIpAddress"], "false");
      assert.equal(one["deleteOnTermination"], "true");
      assert.deepEqual(one["securityGroups"], ["sg-cluster", "train-gpus-sg-id"]);
    }
    assert.deepEqual(
      interfaces
        .slice(0, 3)
        .map(({ networkCardIndex, deviceIndex, interfaceType }) => [networkCardIndex, deviceIndex, interfaceType]),
      [
        [0, 0, "interface"],
        [0, 1, "efa-only"],
        [1, 0, "efa-only"],
      ],
    );
    assert.equal("vpcSecurityGroupIds" in inputs, false);
    for (const name of reference.names("Subnet"))
      assert.equal(reference.all.find((one) => one.name === name)?.inputs["mapPublicIpOnLaunch"], false);
    const rules = ["IngressRule gpus-sg-in", "EgressRule gpus-sg-out"].map((text) => text.split(" "));
    for (const [type, suffix] of rules) {
      const { inputs } = reference.find(`SecurityGroup${type}`, suffix);
      assert.deepEqual(
        [inputs["securityGroupId"], inputs["referencedSecurityGroupId"], inputs["ipProtocol"]],
        ["train-gpus-sg-id", "train-gpus-sg-id", "-1"],
      );
    }
  });

  it("encrypts root volumes with its key and hands pods no credentials of the node", () => {
    for (const suffix of ["gpus", "system"]) {
      const { inputs } = reference.find("LaunchTemplate", suffix);
      const [mapping] = inputs["blockDeviceMappings"] as { deviceName: string; ebs: JsonObject }[];
      assert.equal(mapping?.deviceName, "/dev/sda1");
      assert.equal(mapping?.ebs["encrypted"], "true");
      assert.equal(mapping?.ebs["kmsKeyId"], "arn:aws:iam::123456789012:role/train-key");
      assert.deepEqual(inputs["metadataOptions"], {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
    }
  });

  it("looks Ubuntu's image up once for each architecture and then leaves it alone", () => {
    const { inputs, ignoreChanges } = reference.find("LaunchTemplate", "gpus");
    assert.equal(inputs["imageId"], "ami-0fromcanonical");
    assert.deepEqual(ignoreChanges, ["imageId"]);
    assert.equal(reference.calls.length, 2);
    assert.match(reference.calls[0] ?? "", /ssm\/getParameter:getParameter .*\/24\.04\/1\.36\//);
    const group = reference.find("NodeGroup", "gpus").inputs;
    assert.equal(group["amiType"], "CUSTOM");
    assert.equal("version" in group, false);
    assert.deepEqual(group["launchTemplate"], { id: "train-gpus-id", version: "7" });
  });

  it("has Ubuntu nodes register with labels and taints, on local disks", () => {
    const text = userData(reference.find("LaunchTemplate", "gpus"));
    assert.match(text, /Content-Type: text\/x-shellscript/);
    assert.match(text, /bootstrap\.sh 'test-train'/);
    assert.match(text, /--apiserver-endpoint 'https:\/\/ABC\.gr7/);
    assert.match(text, /--dns-cluster-ip '172\.20\.0\.10'/);
    assert.match(
      text,
      /--max-pods=110 --node-labels=cairn\.dev\/pool=gpus --register-with-taints=nvidia\.com\/gpu=present:NoSchedule/,
    );
    assert.match(text, /mdadm --create/);
    assert.doesNotMatch(userData(reference.find("LaunchTemplate", "system")), /mdadm/);
  });

  it("puts GPU nodes in one subnet and a placement group of their own, one node at a time", () => {
    const { inputs, ...group } = reference.find("NodeGroup", "gpus");
    assert.deepEqual(inputs["subnetIds"], ["train-gpus-subnet-id"]);
    assert.deepEqual(inputs["scalingConfig"], { minSize: 4, maxSize: 4, desiredSize: 4 });
    assert.equal(inputs["capacityType"], "ON_DEMAND");
    assert.deepEqual(inputs["updateConfig"], { maxUnavailable: 1, updateStrategy: "MINIMAL" });
    assert.deepEqual(inputs["taints"], [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }]);
    assert.deepEqual(inputs["nodeRepairConfig"], { enabled: true });
    assert.equal(group.deleteBeforeReplace, true);
    assert.deepEqual(group.ignoreChanges, []);
    const template = reference.find("LaunchTemplate", "gpus").inputs;
    assert.equal(reference.find("PlacementGroup", "gpus-placement").inputs["strategy"], "cluster");
    assert.deepEqual(template["placement"], { groupName: "train-gpus-placement-1a2b3c" });
  });

  it("destroys nodes before the network plugin, routes and rights, and add-ons for pods before nodes", () => {
    for (const suffix of ["gpus", "system"]) {
      const after = reference.after(reference.find("NodeGroup", suffix));
      for (const needed of [
        "Addon::train-vpc-cni",
        "Addon::train-kube-proxy",
        "Addon::train-eks-pod-identity-agent",
        "Route::train-gpus-subnet-default",
        "VpcEndpoint::train-endpoint-s3",
        "RolePolicyAttachment::train-node-role-AmazonEKSWorkerNodePolicy",
      ])
        assert.ok(after.includes(needed), `${suffix}: ${needed} in ${after.join("\n")}`);
    }
    for (const name of ["coredns", "eks-node-monitoring-agent"])
      assert.ok(reference.after(reference.find("Addon", name)).includes("NodeGroup::train-system"));
  });

  it("pins add-ons and gives the network plugin its own identity and enough addresses", () => {
    const { inputs } = reference.find("Addon", "vpc-cni");
    assert.equal(inputs["addonVersion"], "v1.23.1-eksbuild.1");
    assert.deepEqual(JSON.parse(String(inputs["configurationValues"])), {
      enableNetworkPolicy: "true",
      env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
    });
    assert.deepEqual(inputs["podIdentityAssociations"], [
      { roleArn: "arn:aws:iam::123456789012:role/train-vpc-cni-role", serviceAccount: "aws-node" },
    ]);
    for (const name of reference.names("Addon")) {
      const { inputs: addon } = reference.all.find((one) => one.name === name && one.type.endsWith(":Addon"))!;
      assert.equal(addon["resolveConflictsOnCreate"], "OVERWRITE");
      assert.match(String(addon["addonVersion"]), /^v\d/);
    }
  });

  it("lets one service account use each role, and dies with the cluster", () => {
    const { inputs, deletedWith } = reference.find("PodIdentityAssociation", "ebs-csi");
    assert.deepEqual([inputs["namespace"], inputs["serviceAccount"]], ["kube-system", "ebs-csi-controller-sa"]);
    assert.match(deletedWith, /:Cluster::train$/);
    const { Statement } = JSON.parse(String(reference.find("Role", "ebs-csi-role").inputs["assumeRolePolicy"])) as {
      Statement: { Principal: object; Condition: { StringEquals: object } }[];
    };
    assert.deepEqual(Statement[0]?.Principal, { Service: "pods.eks.amazonaws.com" });
    assert.deepEqual(Statement[0]?.Condition.StringEquals, {
      "aws:RequestTag/eks-cluster-name": "test-train",
      "aws:RequestTag/kubernetes-namespace": "kube-system",
      "aws:RequestTag/kubernetes-service-account": "ebs-csi-controller-sa",
    });
    assert.match(
      String(reference.find("RolePolicy", "topograph-role-policy").inputs["policy"]),
      /"ec2:DescribeInstanceTopology"/,
    );
  });

  it("lets its key be used through EBS in the account and by its own log group", () => {
    const { Statement } = JSON.parse(String(reference.find("Key", "key").inputs["policy"])) as {
      Statement: { Sid: string; Condition?: object }[];
    };
    const conditions = Object.fromEntries(Statement.map(({ Sid, Condition }) => [Sid, Condition]));
    assert.deepEqual(conditions, {
      Account: undefined,
      Volumes: {
        StringEquals: { "kms:ViaService": "ec2.us-west-2.amazonaws.com", "kms:CallerAccount": "123456789012" },
      },
      Logs: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn":
            "arn:aws:logs:us-west-2:123456789012:log-group:/aws/eks/test-train/cluster",
        },
      },
    });
  });

  it("has a secret kubeconfig that asks the AWS CLI for tokens", async () => {
    assert.equal(await pulumi.isSecret(reference.cluster.kubeconfig), true);
    const config = JSON.parse(await valueOf(reference.cluster.kubeconfig)) as {
      clusters: { cluster: JsonObject }[];
      users: { user: { exec: { command: string; args: string[]; installHint: string } } }[];
    };
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: "https://ABC.gr7.us-west-2.eks.amazonaws.com",
      "certificate-authority-data": "Q0E=",
    });
    const { command, args, installHint } = config.users[0]!.user.exec;
    assert.equal(
      [command, ...args].join(" "),
      "aws eks get-token --cluster-name test-train --region us-west-2 --output json",
    );
    assert.match(installHint, /AWS CLI/);
  });

  it("tags everything that takes tags", async () => {
    const { all } = await made({ tags: { team: "vision" } });
    const without = all.filter(({ type, inputs }) => type.startsWith("aws:") && inputs["tags"] === undefined);
    assert.deepEqual([...new Set(without.map(({ type }) => type.split(":").at(-1)))].sort(), [
      "Alias",
      "RolePolicy",
      "RolePolicyAttachment",
      "Route",
      "RouteTableAssociation",
    ]);
    const vpc = all.find(({ name }) => name === "train-vpc")!;
    assert.deepEqual(vpc.inputs["tags"], { team: "vision", "cairn.dev/cluster": "test-train", Name: "train-vpc" });
  });
});

describe("an EKS cluster's capacity", function () {
  this.timeout(30_000);
  const template = async (gpus: Partial<EksArgs["gpus"]>) => {
    const result = await made({ gpus: { ...REFERENCE.gpus, ...gpus } });
    return {
      ...result,
      result,
      template: result.find("LaunchTemplate", "gpus").inputs,
      group: result.find("NodeGroup", "gpus"),
    };
  };

  it("in a Capacity Block: its zone, market and target, no placement group, and a size that EKS may change", async () => {
    const { result, template: args, group } = await template({ capacity: capacityBlock("cr-0123") });
    assert.deepEqual(args["instanceMarketOptions"], { marketType: "capacity-block" });
    assert.deepEqual(args["capacityReservationSpecification"], {
      capacityReservationPreference: "capacity-reservations-only",
      capacityReservationTarget: { capacityReservationId: "cr-0123" },
    });
    assert.equal("placement" in args, false);
    assert.deepEqual(result.names("PlacementGroup"), []);
    assert.equal(group.inputs["capacityType"], "CAPACITY_BLOCK");
    assert.equal((group.inputs["scalingConfig"] as JsonObject)["minSize"], 0);
    assert.deepEqual(group.ignoreChanges, ["scalingConfig.desiredSize"]);
    assert.equal(result.find("Subnet", "gpus-subnet").inputs["availabilityZone"], "us-west-2c");
  });

  it("does not ask AWS for a zone that the program names", async () => {
    const { result } = await template({ capacity: capacityBlock("cr-0123"), zone: "usw2-az4" });
    assert.equal(result.find("Subnet", "gpus-subnet").inputs["availabilityZoneId"], "usw2-az4");
    assert.deepEqual(result.names("CapacityReservation"), []);
  });

  it("in a reservation or a group of them: the target, and only the placement group that they were made with", async () => {
    const one = await template({ capacity: onDemandReservation("cr-0123", { placementGroup: "mine" }) });
    assert.deepEqual(one.template["placement"], { groupName: "mine" });
    assert.equal("instanceMarketOptions" in one.template, false);
    assert.equal(one.group.inputs["capacityType"], "ON_DEMAND");
    const arn = "arn:aws:resource-groups:us-west-2:123456789012:group/h100";
    const group = await template({ capacity: reservationGroup(arn), zone: "us-west-2a" });
    assert.deepEqual(group.template["capacityReservationSpecification"], {
      capacityReservationPreference: "capacity-reservations-only",
      capacityReservationTarget: { capacityReservationResourceGroupArn: arn },
    });
    assert.equal("placement" in group.template, false);
    assert.equal(group.group.deleteBeforeReplace, true);
  });

  it("unbound: surges, and its successor comes before it goes", async () => {
    for (const capacity of [spot(), onDemand({ placementGroup: false })]) {
      const { group, result } = await template({ capacity });
      assert.deepEqual(group.inputs["updateConfig"], { maxUnavailable: 1, updateStrategy: "DEFAULT" });
      assert.equal(group.deleteBeforeReplace, false);
      assert.deepEqual(result.names("PlacementGroup"), []);
      assert.equal(group.inputs["capacityType"], capacity.type === "spot" ? "SPOT" : "ON_DEMAND");
    }
  });
});

describe("an EKS cluster's variants", function () {
  this.timeout(30_000);

  it("on Amazon Linux: EKS's image with a driver, and a NodeConfig that EKS completes", async () => {
    const result = await made({
      os: "amazonlinux",
      gpus: { ...REFERENCE.gpus, kubelet: { cpuManagerPolicy: "static" } },
    });
    const { inputs, ignoreChanges } = result.find("LaunchTemplate", "gpus");
    assert.equal("imageId" in inputs, false);
    assert.deepEqual([ignoreChanges, result.calls], [[], []]);
    const group = result.find("NodeGroup", "gpus").inputs;
    assert.deepEqual([group["amiType"], group["version"]], ["AL2023_x86_64_NVIDIA", "1.36"]);
    assert.equal(result.find("NodeGroup", "system").inputs["amiType"], "AL2023_x86_64_STANDARD");
    const text = userData(result.find("LaunchTemplate", "gpus"));
    assert.match(text, /Content-Type: application\/node\.eks\.aws/);
    const config = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as { spec: JsonObject };
    assert.deepEqual(config.spec, {
      instance: { localStorage: { strategy: "RAID0" } },
      kubelet: { config: { maxPods: 110, cpuManagerPolicy: "static" } },
    });
  });

  it("on an Amazon Linux image of one's own: a NodeConfig with everything in it", async () => {
    const result = await made({ os: "amazonlinux", gpus: { ...REFERENCE.gpus, image: ami("ami-0123") } });
    const text = userData(result.find("LaunchTemplate", "gpus"));
    const config = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as {
      spec: { cluster: JsonObject; kubelet: { flags: string[] } };
    };
    assert.deepEqual(config.spec.cluster, {
      name: "test-train",
      apiServerEndpoint: "https://ABC.gr7.us-west-2.eks.amazonaws.com",
      certificateAuthority: "Q0E=",
      cidr: "172.20.0.0/16",
    });
    assert.deepEqual(config.spec.kubelet.flags, [
      "--node-labels=cairn.dev/pool=gpus",
      "--register-with-taints=nvidia.com/gpu=present:NoSchedule",
    ]);
    assert.deepEqual(result.find("LaunchTemplate", "gpus").ignoreChanges, []);
  });

  it("with a pinned release of Amazon's image", async () => {
    const result = await made({ os: "amazonlinux", gpus: { ...REFERENCE.gpus, image: amiRelease("1.36.1-20261105") } });
    assert.equal(result.find("NodeGroup", "gpus").inputs["releaseVersion"], "1.36.1-20261105");
  });

  it("with kubelet settings on Ubuntu", async () => {
    const kubelet = { cpuManagerPolicy: "static", topologyManagerPolicy: "best-effort" } as const;
    const result = await made({ gpus: { ...REFERENCE.gpus, kubelet } });
    const text = userData(result.find("LaunchTemplate", "gpus"));
    assert.match(text, /--cpu-manager-policy=static --topology-manager-policy=best-effort/);
  });

  it("without a NAT gateway: an endpoint of each service, open to the network only", async () => {
    const result = await made({ network: { egress: "endpoints", gpuCidr: "100.64.0.0/16" } });
    assert.deepEqual(result.names("NatGateway"), []);
    assert.deepEqual(result.names("InternetGateway"), []);
    assert.equal(result.names("VpcEndpoint").length, 9);
    const { inputs } = result.find("VpcEndpoint", "endpoint-ecr-api");
    assert.equal(inputs["serviceName"], "com.amazonaws.us-west-2.ecr.api");
    assert.equal(inputs["privateDnsEnabled"], true);
    const rules = result.all.filter(({ name }) => name.startsWith("train-endpoints-sg-https"));
    assert.deepEqual(
      rules.map(({ inputs: rule }) => [rule["cidrIpv4"], rule["fromPort"], rule["toPort"]]),
      [
        ["10.0.0.0/16", 443, 443],
        ["100.64.0.0/16", 443, 443],
      ],
    );
    assert.ok(result.after(result.find("Subnet", "gpus-subnet")).some((name) => name.endsWith("::train-gpus-cidr")));
  });

  it("with a NAT gateway in each zone", async () => {
    const result = await made({ network: { egress: "nat-per-zone" } });
    assert.deepEqual(result.names("NatGateway"), ["train-nat-1", "train-nat-2"]);
    const through = ["system-1", "system-2", "gpus-subnet"].map(
      (suffix) => result.find("Route", `${suffix}-default`).inputs["natGatewayId"],
    );
    assert.deepEqual(through, ["train-nat-1-id", "train-nat-2-id", "train-nat-1-id"]);
  });

  it("in somebody else's network: nothing of a network is made", async () => {
    const result = await made({
      network: { vpcId: "vpc-1", systemSubnetIds: ["subnet-1", "subnet-2"], gpuSubnetId: "subnet-3" },
      gpus: { ...REFERENCE.gpus, capacity: capacityBlock("cr-0123") },
    });
    for (const type of ["Vpc", "Subnet", "Route", "NatGateway", "VpcEndpoint", "CapacityReservation"])
      assert.deepEqual(result.names(type), []);
    assert.deepEqual(result.find("NodeGroup", "gpus").inputs["subnetIds"], ["subnet-3"]);
    assert.equal(result.find("SecurityGroup", "gpus-sg").inputs["vpcId"], "vpc-1");
    assert.equal(await valueOf(result.cluster.vpcId), "vpc-1");
  });

  it("with public ranges and administrators", async () => {
    const admin = "arn:aws:iam::123456789012:role/aws-reserved/Admin";
    const result = await made({ access: { endpoint: { publicRanges: ["203.0.113.0/24"] }, admins: [admin] } });
    const { inputs } = result.find("Cluster");
    const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } = inputs["vpcConfig"] as JsonObject;
    assert.deepEqual(
      [endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs],
      [true, true, ["203.0.113.0/24"]],
    );
    const suffix = "admin-123456789012-role-aws-reserved-Admin";
    assert.equal(result.find("AccessEntry", suffix).inputs["principalArn"], admin);
    const policy = result.find("AccessPolicyAssociation", suffix).inputs;
    assert.equal(policy["policyArn"], "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy");
  });

  it("with a key that exists", async () => {
    const key = "arn:aws:kms:us-west-2:123456789012:key/1";
    const result = await made({ encryption: { key } });
    assert.deepEqual([result.names("Key"), result.names("Alias")], [[], []]);
    assert.deepEqual(result.find("Cluster").inputs["encryptionConfig"], {
      provider: { keyArn: key },
      resources: ["secrets"],
    });
  });

  it("in another partition: its principals and ARNs", async () => {
    const result = await made({ region: "cn-north-1" });
    assert.match(String(result.find("Role", "node-role").inputs["assumeRolePolicy"]), /ec2\.amazonaws\.com\.cn/);
    const suffix = "node-role-AmazonEKSWorkerNodePolicy";
    assert.match(
      String(result.find("RolePolicyAttachment", suffix).inputs["policyArn"]),
      /^arn:aws-cn:iam::aws:policy\//,
    );
    assert.deepEqual(result.names("VpcEndpoint"), []);
  });

  it("without protection where a change replaces something", async () => {
    const gpus = await made({ allowReplace: ["gpus", "cluster"] });
    assert.deepEqual([gpus.find("NodeGroup", "gpus").protect, gpus.find("Vpc", "vpc").protect], [false, true]);
    assert.equal(gpus.find("Cluster").inputs["deletionProtection"], false);
    const nothing = await made({ protect: false });
    assert.deepEqual(
      nothing.all.filter(({ protect }) => protect),
      [],
    );
  });

  it("with transforms: arguments laid over, or a function of arguments, options and name", async () => {
    const seen: string[] = [];
    const result = await made({
      transform: {
        gpuTemplate: { ebsOptimized: "true" },
        subnet: (args, opts, name) => {
          seen.push(name);
          args.mapPublicIpOnLaunch = name === "train-public-1";
          opts.protect = false;
        },
      },
    });
    const template = result.find("LaunchTemplate", "gpus").inputs;
    assert.equal(template["ebsOptimized"], "true");
    assert.equal(template["instanceType"], "p5.48xlarge");
    assert.equal("ebsOptimized" in result.find("LaunchTemplate", "system").inputs, false);
    assert.deepEqual(seen, [
      "train-system-1",
      "train-system-2",
      "train-gpus-subnet",
      "train-public-1",
      "train-public-2",
    ]);
    assert.equal(result.find("Subnet", "public-1").inputs["mapPublicIpOnLaunch"], true);
    assert.equal(result.find("Subnet", "public-1").protect, false);
  });

  it("as a target: facts before anything exists, and a drain before anything goes", async () => {
    const target = eks({ region: "us-west-2", gpus: { accelerator: "h100", nodes: 4 } });
    const accelerator: "h100" = target.facts.accelerator;
    const os: "ubuntu" = target.facts.os;
    assert.deepEqual([target.service, accelerator, os], ["eks", "h100", "ubuntu"]);
    // At preview nothing is known of the cluster, so nobody asks it who it is.
    const mocks = {
      newResource: ({ inputs }: pulumi.runtime.MockResourceArgs) => ({ id: "", state: inputs as object }),
    };
    await pulumi.runtime.setMocks({ ...mocks, call: () => ({}) }, "project", "test", true);
    const { drain, ready, facts } = target.provision("train", {});
    assert.equal(drain, true);
    assert.equal(facts, target.facts);
    assert.ok(ready.length > 5);
  });

  it("throws before it registers anything when a setting is wrong", async () => {
    await made();
    const registrations = record(getMonitor() as unknown as Monitor);
    assert.throws(
      () => new EksCluster("x", { region: "us-west-2", gpus: { accelerator: "h100", nodes: 0 } }),
      /gpus\.nodes/,
    );
    assert.deepEqual(registrations, []);
  });
});

/** Type and name of every resource of the reference cluster. A name that changes needs an alias. */
const URNS: readonly string[] = [
  "aws:cloudwatch/logGroup:LogGroup train-logs",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup train-default-sg",
  "aws:ec2/eip:Eip train-nat-1-address",
  "aws:ec2/internetGateway:InternetGateway train-igw",
  "aws:ec2/launchTemplate:LaunchTemplate train-gpus",
  "aws:ec2/launchTemplate:LaunchTemplate train-system",
  "aws:ec2/natGateway:NatGateway train-nat-1",
  "aws:ec2/placementGroup:PlacementGroup train-gpus-placement",
  "aws:ec2/route:Route train-gpus-subnet-default",
  "aws:ec2/route:Route train-public-1-default",
  "aws:ec2/route:Route train-public-2-default",
  "aws:ec2/route:Route train-system-1-default",
  "aws:ec2/route:Route train-system-2-default",
  "aws:ec2/routeTable:RouteTable train-gpus-subnet-routes",
  "aws:ec2/routeTable:RouteTable train-public-1-routes",
  "aws:ec2/routeTable:RouteTable train-public-2-routes",
  "aws:ec2/routeTable:RouteTable train-system-1-routes",
  "aws:ec2/routeTable:RouteTable train-system-2-routes",
  "aws:ec2/routeTableAssociation:RouteTableAssociation train-gpus-subnet-routes",
  "aws:ec2/routeTableAssociation:RouteTableAssociation train-public-1-routes",
  "aws:ec2/routeTableAssociation:RouteTableAssociation train-public-2-routes",
  "aws:ec2/routeTableAssociation:RouteTableAssociation train-system-1-routes",
  "aws:ec2/routeTableAssociation:RouteTableAssociation train-system-2-routes",
  "aws:ec2/securityGroup:SecurityGroup train-gpus-sg",
  "aws:ec2/subnet:Subnet train-gpus-subnet",
  "aws:ec2/subnet:Subnet train-public-1",
  "aws:ec2/subnet:Subnet train-public-2",
  "aws:ec2/subnet:Subnet train-system-1",
  "aws:ec2/subnet:Subnet train-system-2",
  "aws:ec2/vpc:Vpc train-vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint train-endpoint-s3",
  "aws:eks/addon:Addon train-coredns",
  "aws:eks/addon:Addon train-eks-node-monitoring-agent",
  "aws:eks/addon:Addon train-eks-pod-identity-agent",
  "aws:eks/addon:Addon train-kube-proxy",
  "aws:eks/addon:Addon train-vpc-cni",
  "aws:eks/cluster:Cluster train",
  "aws:eks/nodeGroup:NodeGroup train-gpus",
  "aws:eks/nodeGroup:NodeGroup train-system",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation train-ebs-csi",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation train-topograph",
  "aws:iam/role:Role train-cluster-role",
  "aws:iam/role:Role train-ebs-csi-role",
  "aws:iam/role:Role train-node-role",
  "aws:iam/role:Role train-topograph-role",
  "aws:iam/role:Role train-vpc-cni-role",
  "aws:iam/rolePolicy:RolePolicy train-topograph-role-policy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment train-cluster-role-AmazonEKSClusterPolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment train-ebs-csi-role-AmazonEBSCSIDriverPolicyV2",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment train-node-role-AmazonEC2ContainerRegistryPullOnly",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment train-node-role-AmazonEKSWorkerNodePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment train-vpc-cni-role-AmazonEKS_CNI_Policy",
  "aws:kms/alias:Alias train-key-alias",
  "aws:kms/key:Key train-key",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule train-gpus-sg-out",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule train-gpus-sg-in",
  "cairn:cluster:EksCluster train",
  "pulumi:providers:aws train-aws",
];
