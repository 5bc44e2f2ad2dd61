import { type Finding } from "../../errors";
import { type Catalog } from "../catalog";
import { type Rule } from "./rule";
import { refsOf } from "./walk";

const unusedFile: Rule = {
  name: "unused-file",
  severity: "warning",
  why: "A values file, manifest or health check is used by the registry, an overlay or a mixin, or by convention (`values.yaml`, `readiness.yaml`, `regions.yaml`).",
  check: ({ catalog }) => {
    const used = usedFiles(catalog);
    return [...catalog.files.keys()]
      .filter((path) => /^(components|checks)\/.*\.(ya?ml|json)$/.test(path) && !used.has(path))
      .map((path): Finding => {
        const [, component = ""] = path.split("/");
        const isConvention = /^components\/[^/]+\/(values|readiness|regions)\.yaml$/.test(path);
        return {
          file: catalog.labels.get(path) ?? path,
          line: 1,
          column: 1,
          message: isConvention ? `there is no component "${component}" in the registry` : "nothing uses this file",
          hint: isConvention
            ? "register the component, or remove the file"
            : "name it where it is needed, or remove it",
        };
      });
  },
};

function usedFiles(catalog: Catalog): ReadonlySet<string> {
  const ofRegistry = [...catalog.components.values()].flatMap(({ name, value }) => [
    `components/${name}/values.yaml`,
    `components/${name}/readiness.yaml`,
    `components/${name}/regions.yaml`,
    ...(value.manifestFiles ?? []),
    value.healthCheck?.assertFile,
    value.upgrades?.file,
  ]);
  const ofDocuments = refsOf(catalog).flatMap(({ value }) => [
    value.valuesFile,
    ...(value.manifestFiles ?? []),
    ...(value.preManifestFiles ?? []),
  ]);
  return new Set([...ofRegistry, ...ofDocuments].filter((path) => typeof path === "string"));
}

export const FILES: readonly Rule[] = [unusedFile];
