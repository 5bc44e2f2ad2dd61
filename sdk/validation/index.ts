/**
 * A cluster and a recipe go in; checked assertions, as CTRF, come out. Nothing here needs Pulumi: its resource is `phase.ts` beside this.
 */
export { Assertions } from "./assertions";
export { BUILTIN_CHECKS } from "./checks";
export { type PhaseReport } from "./ctrf";
export { requireMeetable } from "./declared";
export { observe, type Observation, type Query } from "./observe";
export { type PhaseInputs, type PhaseOutputs, phaseProvider } from "./phase-provider";
export { runPhase, type PhaseOptions, type PhaseResult } from "./runner";
export { criteriaFromSnapshot, snapshot, type NodeGroup, type Snapshot } from "./snapshot";
export { parseSnapshot } from "./snapshot-file";
export * from "./types";
