/**
 * Plumbing: the name of a program that Cairn runs beside itself goes in (etcd, kube-apiserver, helm, …), the absolute path of a
 * fitting one comes out: from `PATH`, else from the per-user cache that `make setup` fills.
 */
export { cacheRoot, type Environment } from "./cache";
export {
  allToolStatuses,
  findTool,
  onPath,
  toolStatus,
  type FindOptions,
  type ToolStatus,
  type UnfitTool,
} from "./find";
export { installTools, type InstallEvent, type InstallOptions } from "./install";
export { nodeBinary, nodeFits } from "./node";
export { TOOL_NAMES, TOOLS, type Tool, type ToolName } from "./table";
