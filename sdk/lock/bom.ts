import { type Lock, type LockedSignature } from "./types";

/** One line of the bill of materials. */
export type BomEntry =
  | {
      readonly type: "chart";
      readonly component: string;
      readonly name: string;
      readonly version: string;
      readonly source: string;
      readonly digest: string;
    }
  | {
      readonly type: "image";
      readonly components: readonly string[];
      readonly reference: string;
      readonly digest: string;
      readonly platforms: readonly string[];
      readonly signature: LockedSignature["status"];
    };

/** Everything that a locked recipe brings into a cluster: charts by component, then images by reference. */
export function billOfMaterials(lock: Lock): readonly BomEntry[] {
  const charts = Object.entries(lock.charts).map(([component, { chart, version, source, archive }]): BomEntry => {
    return { type: "chart", component, name: chart, version, source, digest: archive };
  });
  const images = lock.images.map(({ components, reference, digest, platforms, signature }): BomEntry => {
    const entry = { components, reference, digest, platforms: Object.keys(platforms), signature: signature.status };
    return { type: "image", ...entry };
  });
  return [...charts, ...images];
}
