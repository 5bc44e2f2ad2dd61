export { CairnError, type Finding } from "./errors";
