import { Evidence } from "../../../../sdk/dist/evidence/resource";

export const { digest, reference, tier, key } = new Evidence("evidence", JSON.parse(process.env["ARGS"] ?? "{}"));
