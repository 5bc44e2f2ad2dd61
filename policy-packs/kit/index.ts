/** What policy packs share: reading inputs that may be unknown, configuration with every finding, exemptions that end. */
export { exemption, exemptionSchema, standing, type Exemption, type Standing } from "./exemption";
export { readConfig } from "./config";
export { isObject, join, plain, UNKNOWN, type ObjectValue, type Value } from "./values";
