// Combinations of criteria that a recipe covers. Made by `npm run build`; do not edit.

export type CoveredCriteria = Readonly<
  | { service?: "any"; accelerator?: "any"; intent?: "any"; os?: "any"; platform?: "any" }
  | { service: "local"; accelerator?: "any" | "h100"; intent?: "any" | "inference" | "training"; os?: "any"; platform?: "any" }
>;
