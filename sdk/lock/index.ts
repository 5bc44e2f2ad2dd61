/**
 * A resolved recipe goes in; a lock file, and objects rendered from locked bytes with every image pinned, come out. Making a lock is the
 * only thing here that asks a network; everything after it reads the lock and the cache.
 */
export * from "./types";
export { fetchCharts, type ChartSources } from "./charts";
export { createLock, type CreateLockOptions } from "./create";
export { type GitProtocol } from "./git";
export { readLock, writeLock } from "./file";
export { checkLock, requireFresh, type LockFacts } from "./fresh";
export { findHelm, type Helm } from "./helm";
export { fetchKustomizations, type KustomizationSources } from "./kustomize";
export { lockedImage } from "./locked-image";
export { imagesOf, pin, type ImageUse } from "./pin";
export { renderRecipe, type RenderOptions } from "./render";
