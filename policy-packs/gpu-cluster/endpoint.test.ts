import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isWorldwide } from "./ranges";
import { AKS, EKS, GKE, OKE, type StackCase, stackViolations, UNKNOWN_STRING, violations } from "./support.test";

/** A public endpoint for stated ranges, as each cloud writes it. */
const PUBLIC_TO: Readonly<Record<string, (ranges: readonly string[]) => object>> = {
  [EKS]: (publicAccessCidrs) => ({ vpcConfig: { endpointPrivateAccess: true, publicAccessCidrs } }),
  [GKE]: (ranges) => ({
    masterAuthorizedNetworksConfig: { cidrBlocks: ranges.map((cidrBlock) => ({ cidrBlock })) },
  }),
  [AKS]: (authorizedIPRanges) => ({ apiServerAccessProfile: { authorizedIPRanges } }),
};

describe("a public endpoint for stated ranges", () => {
  for (const [type, publicTo] of Object.entries(PUBLIC_TO))
    it(`${type.split(":").at(-1)} (${type.split(":")[0]}): the internet in two halves is the internet`, async () => {
      const test = { policy: "private-endpoint", type };
      const [message, ...more] = await violations({ ...test, props: publicTo(["0.0.0.0/1", "128.0.0.0/1"]) });
      assert.match(message ?? "", /the API server answers the whole internet/);
      assert.deepEqual(more, []);
      assert.deepEqual(await violations({ ...test, props: publicTo(["10.0.0.0/8", "192.0.2.0/24"]) }), []);
    });

  const cases: readonly (readonly [what: string, ranges: readonly string[], worldwide: boolean])[] = [
    ["all addresses", ["0.0.0.0/0"], true],
    ["wider than anybody's", ["64.0.0.0/7"], true],
    ["the widest that somebody has", ["10.0.0.0/8"], false],
    ["many wide ones", Array.from({ length: 16 }, (_, index) => `${index * 2}.0.0.0/8`), true],
    ["the same one many times", Array.from({ length: 16 }, () => "10.0.0.0/8"), false],
    ["one address", ["192.0.2.1"], false],
    ["all of IPv6", ["::/0"], true],
    ["all that is routed of IPv6", ["192.0.2.0/24", "2000::/3"], true],
    ["a network of IPv6", ["2001:db8::/32"], false],
    ["no ranges at all", ["AzureCloud"], false],
  ];
  for (const [what, ranges, worldwide] of cases)
    it(`${what}: ${worldwide ? "worldwide" : "keeps others out"}`, () => assert.equal(isWorldwide(ranges), worldwide));
});

describe("the public endpoint of OKE", () => {
  const oke = (endpointConfig: object, config = {}) =>
    violations({ policy: "private-endpoint", type: OKE, props: { endpointConfig }, config });

  it("is refused while it is not known whether there is one", async () => {
    const unknown = { isPublicIpEnabled: UNKNOWN_STRING };
    const problem = /whether the API server has a public endpoint is not known before `up`/;
    assert.match((await oke(unknown))[0] ?? "", problem);
    assert.match((await oke(unknown, { endpoint: "private" }))[0] ?? "", problem);
  });

  it("passes in a group of the same program, which has no id yet", async () => {
    assert.deepEqual(await oke({ isPublicIpEnabled: true, nsgIds: [UNKNOWN_STRING] }), []);
  });

  const group = (name: string): StackCase => ({
    type: "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
    name,
    props: {},
  });
  const cluster = (isPublicIpEnabled: unknown): StackCase => ({
    type: OKE,
    props: { endpointConfig: { isPublicIpEnabled, nsgIds: [UNKNOWN_STRING] } },
    sources: { endpointConfig: [group("api")] },
  });
  const rule = (props: object, of = "api"): StackCase => ({
    type: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
    name: "from-anywhere",
    props: {
      networkSecurityGroupId: UNKNOWN_STRING,
      direction: "INGRESS",
      protocol: "6",
      source: "0.0.0.0/0",
      sourceType: "CIDR_BLOCK",
      ...props,
    },
    sources: { networkSecurityGroupId: [group(of)] },
  });
  const ports = (min: number, max: number) => ({ tcpOptions: { destinationPortRange: { min, max } } });
  const internet = /answers the whole internet: security rule "from-anywhere" lets it in .*; name the ranges/;
  const cases: readonly (readonly [what: string, StackCase, StackCase, refused?: RegExp])[] = [
    ["its port is open to the internet", cluster(true), rule(ports(6443, 6443)), internet],
    ["all ports are", cluster(true), rule({}), internet],
    ["all protocols are", cluster(true), rule({ protocol: "all" }), internet],
    ["half the internet may come", cluster(true), rule({ source: "128.0.0.0/1" }), internet],
    ["it may turn out to be public", cluster(UNKNOWN_STRING), rule({}), internet],
    [
      "who may come is not known",
      cluster(true),
      rule({ source: UNKNOWN_STRING }),
      /whom security rule "from-anywhere"/,
    ],
    ["ports may turn out to be its own", cluster(true), rule(ports(6443, UNKNOWN_STRING as never)), internet],
    ["an office may come", cluster(true), rule({ source: "192.0.2.0/24" })],
    ["another group may come", cluster(true), rule({ source: UNKNOWN_STRING, sourceType: "NETWORK_SECURITY_GROUP" })],
    ["another port is open", cluster(true), rule(ports(443, 443))],
    ["another group is open", cluster(true), rule({}, "load-balancers")],
    ["the rule is about what leaves", cluster(true), rule({ direction: "EGRESS" })],
    ["there is no public endpoint", cluster(false), rule({})],
  ];
  for (const [what, oke, opened, refused] of cases)
    it(`${what}: ${refused === undefined ? "passes" : "refused"}`, async () => {
      const [message, ...more] = await stackViolations("private-endpoint", [oke, opened]);
      assert.deepEqual(more, []);
      if (refused === undefined) assert.equal(message, undefined);
      else assert.match(message ?? "", refused);
    });

  it("knows a group that is there by its id", async () => {
    const literal = (networkSecurityGroupId: string): StackCase => ({
      ...rule({ networkSecurityGroupId }),
      sources: {},
    });
    const own = { type: OKE, props: { endpointConfig: { isPublicIpEnabled: true, nsgIds: ["ocid1.nsg.a"] } } };
    assert.match((await stackViolations("private-endpoint", [own, literal("ocid1.nsg.a")]))[0] ?? "", internet);
    assert.deepEqual(await stackViolations("private-endpoint", [own, literal("ocid1.nsg.b")]), []);
  });
});
