import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { made, type Made, userData, valueOf } from "./recording.test";

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
    const after = reference.after(cluster);
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
    assert.deepEqual(["amiType" in group, "version" in group], [false, false]);
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
  "pulumi-nodejs:dynamic/cairn:KubernetesVersion train-kubernetes-version",
  "pulumi:providers:aws train-aws",
];
