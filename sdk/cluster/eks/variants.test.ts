import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { eks } from ".";
import { type EksArgs } from "./args";
import { capacityBlock, onDemand, onDemandReservation, reservationGroup, spot } from "./capacity";
import { EksCluster } from "./cluster";
import { ami, amiRelease } from "./images";
import { planEks } from "./plan";
import { checkReservation } from "./pools";
import { made, record, REFERENCE, userData, valueOf } from "./recording.test";

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

  it("refuses a reservation of another type, with too few instances, or in another zone", () => {
    const wanted = { instanceType: "p5.48xlarge", nodes: 8 } as const;
    const { network } = planEks({ region: "us-west-2", gpus: { accelerator: "h100", nodes: 8 } });
    const check = (zone: string | undefined, found: Parameters<typeof checkReservation>[3]) =>
      checkReservation({ ...wanted, ...(zone !== undefined && { zone }) }, network, "us-west-2", found);
    assert.throws(
      () => check("us-west-2a", { zone: "us-west-2c", type: "p5en.48xlarge", count: 4 }),
      /gpus\.capacity: is a reservation of p5en\.48xlarge, the nodes are p5\.48xlarge[^]*gpus\.nodes: is 8, the reservation has 4[^]*gpus\.zone: is us-west-2a, the reservation is in us-west-2c/,
    );
    const fits = { zone: "us-west-2c", type: "p5.48xlarge", count: 8 };
    for (const zone of [undefined, "us-west-2c", "usw2-az4"]) check(zone, fits);
    check("us-west-2a", {});
  });

  it("refuses a reservation in a Local Zone whose parent the control plane is not in", () => {
    const wanted = { instanceType: "p6e-gb200.36xlarge", nodes: 9 } as const;
    const found = { zone: "us-east-1-dfw-2a", type: "p6e-gb200.36xlarge", count: 9 };
    const gpus = { accelerator: "gb200", nodes: 9, capacity: capacityBlock("cr-0123") } as const;
    const inZones = (zones?: readonly string[]) => {
      const { network } = planEks({ region: "us-east-1", gpus, ...(zones && { network: { zones } }) });
      checkReservation(wanted, network, "us-east-1", found);
    };
    inZones(["us-east-1d", "us-east-1b"]);
    assert.throws(
      () => inZones(["us-east-1a", "us-east-1b"]),
      /network\.zones: .*parent of the Local Zone us-east-1-dfw-2a/,
    );
    assert.throws(inZones, /use1-az1, use1-az2 do not name the parent.*name us-east-1d/);
  });

  it("in the zone that the program names, even where AWS tells the reservation's", async () => {
    const { result } = await template({ capacity: capacityBlock("cr-0123"), zone: "usw2-az4" });
    assert.equal(result.find("Subnet", "gpus-subnet").inputs["availabilityZoneId"], "usw2-az4");
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

  it("with administrators whose names differ in a mark only: an entry for each", async () => {
    const admins = ["team-a", "team_a", "team.a"].map((role) => `arn:aws:iam::123456789012:role/${role}`);
    const names = (await made({ access: { admins } })).names("AccessEntry");
    assert.equal(names[0], "train-admin-123456789012-role-team-a");
    assert.deepEqual(
      names.map((name) => /^train-admin-123456789012-role-team-a(-[0-9a-f]{8})?$/.test(name)),
      [true, true, true],
    );
    assert.equal(new Set(names).size, 3);
  });

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

  it("with the metadata service open to pods, for Topograph", async () => {
    const result = await made({ access: { podMetadata: true } });
    const { metadataOptions } = result.find("LaunchTemplate", "gpus").inputs;
    assert.deepEqual(metadataOptions, { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 });
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
    const registrations = record();
    assert.throws(
      () => new EksCluster("x", { region: "us-west-2", gpus: { accelerator: "h100", nodes: 0 } }),
      /gpus\.nodes/,
    );
    assert.deepEqual(registrations, []);
  });
});
