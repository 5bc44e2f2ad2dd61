import assert from "node:assert/strict";
import { packLayer } from "../oci/tar";
import { type JsonObject } from "../json";
import { type ComponentRef } from "../recipe";
import { readChartValues, unknownValues } from "./unknown-values";

const archive = packLayer({
  "op/Chart.yaml": "name: op\nversion: 1.0.0\ndependencies: [{ name: node-feature-discovery, alias: nfd }]\n",
  "op/values.yaml": "driver: { version: '1', env: [] }\nlabels: {}\nnfd: { enabled: true }\n",
  "op/values.schema.json": '{ "properties": { "toolkit": { "properties": { "enabled": {} } } } }',
  "op/charts/node-feature-discovery/Chart.yaml": "name: node-feature-discovery\nversion: 1.0.0\n",
  "op/charts/node-feature-discovery/values.yaml": "master: { replicas: 1 }\n",
});

async function unknownOf(values: JsonObject): Promise<readonly string[]> {
  return unknownValues({ name: "op", values } as unknown as ComponentRef, await readChartValues(await archive));
}

describe("values that a chart does not know", () => {
  it("are named with what was meant, at any depth, in subcharts by their alias too", async () => {
    const values = { driver: { verison: "2" }, dirver: {}, nfd: { master: { replica: 2 } } };
    assert.deepEqual(await unknownOf(values), [
      'op: the chart knows no value driver.verison; did you mean "version"?',
      'op: the chart knows no value dirver; did you mean "driver"?',
      'op: the chart knows no value nfd.master.replica; did you mean "replicas"?',
    ]);
  });

  it("are not those that defaults, schema or open maps allow, nor globals", async () => {
    const values = {
      driver: { version: "2", env: [{ name: "A" }] },
      labels: { any: "thing" },
      toolkit: { enabled: true },
      nfd: { enabled: false, master: { replicas: 2 } },
      global: { registry: "x" },
    };
    assert.deepEqual(await unknownOf(values), []);
  });
});
