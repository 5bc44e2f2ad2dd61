/**
 * Criteria and a catalogue go in, a resolved recipe comes out. Pure: no network, no clock, no Pulumi.
 */
export * from "./types";
