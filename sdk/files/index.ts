/**
 * Plumbing: files that other processes see whole or not at all, reads that stay bounded, and a lock that ends with its owner.
 */
export { withLock, type LockOptions } from "./lock";
export { readTextFile } from "./read";
export { writeFileAtomically } from "./write";
