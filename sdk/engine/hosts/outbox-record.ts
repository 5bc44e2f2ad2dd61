import { type JsonObject } from "../../json";

/** What became of one call to a dynamic provider. */
export interface RecordedAnswer {
  readonly method: "create" | "update" | "delete";
  readonly urn: string;
  readonly error?: string;
  readonly id?: string;
  readonly properties?: JsonObject;
}
