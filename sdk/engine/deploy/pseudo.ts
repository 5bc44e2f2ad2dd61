import { randomUUID } from "node:crypto";
import { type JsonObject } from "../../json";
import { type Providers } from "../providers";
import { type Provider } from "../types";
import { providerPackage } from "../urn";
import { omit, UNKNOWN } from "../wire";

const structural = { changes: "unknown", diffs: [], replaces: [], deleteBeforeReplace: false } as const;
const nothing = (): Promise<void> => Promise.resolve();

/** Components exist only in the state; their outputs come from the program. */
export const componentProvider: Provider = {
  supportsPreview: true,
  check: ({ news }) => Promise.resolve({ inputs: news, failures: [] }),
  diff: () => Promise.resolve(structural),
  create: () => Promise.resolve({ id: "", state: {} }),
  update: ({ oldState }) => Promise.resolve({ state: oldState }),
  read: ({ id, inputs, state }) => Promise.resolve({ id, inputs, state }),
  delete: nothing,
  invoke: () => Promise.resolve({}),
  close: nothing,
};

/** Provider resources exist in the state too; to create or change one is to start it with its settings. */
export function providerProvider(providers: Providers): Provider {
  return {
    ...componentProvider,
    diff: ({ type, oldInputs, news }) => Promise.resolve(isElsewhere(type, oldInputs, news) ? ELSEWHERE : structural),
    create: ({ urn, type, inputs, preview }) => {
      const id = preview ? UNKNOWN : randomUUID();
      void providers.register(urn, id, type, inputs);
      return Promise.resolve({ id: preview ? "" : id, state: settingsOf(inputs) });
    },
    update: ({ urn, type, id, inputs }) => {
      void providers.register(urn, id, type, inputs);
      return Promise.resolve({ state: settingsOf(inputs) });
    },
  };
}

/** What a Kubernetes provider made is not in another cluster: as with Pulumi, all of it is made again there. */
function isElsewhere(type: string, { clusterIdentifier: old }: JsonObject, { clusterIdentifier: now }: JsonObject) {
  const known = [old, now].every((each) => typeof each === "string" && each !== UNKNOWN);
  return providerPackage(type) === "kubernetes" && known && old !== now;
}

const ELSEWHERE = {
  changes: "some",
  diffs: ["clusterIdentifier"],
  replaces: ["clusterIdentifier"],
  deleteBeforeReplace: false,
} as const;

/** Outputs are the settings alone. Pulumi compares them with new inputs, without its bookkeeping, to tell whether a provider changed. */
const settingsOf = (inputs: JsonObject): JsonObject => omit(inputs, "__internal") as JsonObject;
