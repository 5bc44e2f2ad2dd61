import assert from "node:assert/strict";
import { builtinCatalog, parseCriteria, query, resolve } from "../../recipe";
import { PARTITIONS, REGIONS, type Region } from "./regions";

const catalog = builtinCatalog();
const eks = parseCriteria({ service: "eks", accelerator: "h100", intent: "training", os: "ubuntu" }, catalog);

/** Where nodes of a region pull the EFA device plugin from. */
function repositoryIn(region: string): string {
  const { recipe, warnings } = resolve(catalog, eks, { region });
  assert.deepEqual(warnings, [], region);
  return String(query(recipe, "aws-efa.image.repository"));
}

describe("the regional values of the built-in catalogue", () => {
  it("know every region that the EKS target offers, in the domain of its partition", () => {
    for (const [region, { partition }] of Object.entries<Region>(REGIONS)) {
      const host = `\\d{12}\\.dkr\\.ecr\\.${region}\\.${PARTITIONS[partition].dnsSuffix.replaceAll(".", "\\.")}`;
      assert.match(repositoryIn(region), new RegExp(`^${host}/eks/aws-efa-k8s-device-plugin$`));
    }
  });

  it("name no region that the EKS target lacks", () => {
    const regions = Object.keys(catalog.regions.get("aws-efa")?.value.spec.regions ?? {});
    assert.deepEqual(
      regions.filter((region) => !Object.hasOwn(REGIONS, region)),
      [],
    );
  });

  const ACCOUNTS: Readonly<Record<string, string>> = {
    "us-east-1": "602401143452.dkr.ecr.us-east-1.amazonaws.com",
    "us-gov-west-1": "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com",
    "cn-northwest-1": "961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn",
    "eusc-de-east-1": "877088126301.dkr.ecr.eusc-de-east-1.amazonaws.eu",
  };
  for (const [region, registry] of Object.entries(ACCOUNTS))
    it(`pull from the registry of the region in ${region}`, () =>
      assert.equal(repositoryIn(region), `${registry}/eks/aws-efa-k8s-device-plugin`));
});
