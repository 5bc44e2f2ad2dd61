import { type Check } from "../types";
import { draSupport } from "./dra-support";
import { expectedResources } from "./expected-resources";
import { gangScheduling } from "./gang-scheduling";
import { imageAdmission } from "./image-admission";

/** The checks that recipes may name without further ado. */
export const BUILTIN_CHECKS: readonly Check[] = [expectedResources, imageAdmission, draSupport, gangScheduling];
