/**
 * Plumbing: files that other processes see whole or not at all, and a lock that ends with its owner.
 */
export { withLock, type LockOptions } from "./lock";
export { writeFileAtomically } from "./write";
