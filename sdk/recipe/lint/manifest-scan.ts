/** One document of a manifest, read line by line because it may be a template. */
export interface ScannedObject {
  /** Of its `kind`, from 1. */
  readonly line: number;
  readonly apiVersion: string;
  /** `monitoring.coreos.com`; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly text: string;
}

/** API groups that every API server serves (`kubectl api-resources`, 1.36.1). */
const BUILT_IN: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

const FIELD = /^["']?(apiVersion|kind)["']?:\s*["']?([^\s"'#]+)/;

/** The objects whose kind is written out. */
export function scanManifest(content: string): readonly ScannedObject[] {
  const objects: ScannedObject[] = [];
  let start = 0;
  const lines = content.split("\n");
  const separators = [...lines.keys()].filter((i) => lines[i]?.startsWith("---"));
  for (const end of [...separators, lines.length]) {
    const object = scanDocument(lines.slice(start, end), start);
    if (object !== undefined) objects.push(object);
    start = end + 1;
  }
  return objects;
}

function scanDocument(lines: readonly string[], offset: number): ScannedObject | undefined {
  const fields = new Map<string, { readonly value: string; readonly line: number }>();
  lines.forEach((line, i) => {
    const [, field, value] = FIELD.exec(line) ?? [];
    if (field !== undefined && value !== undefined) fields.set(field, { value, line: offset + i + 1 });
  });
  const [apiVersion, kind] = [fields.get("apiVersion"), fields.get("kind")];
  if (apiVersion === undefined || kind === undefined) return undefined;
  if (apiVersion.value.includes("{{") || kind.value.includes("{{")) return undefined;
  const group = apiVersion.value.includes("/") ? apiVersion.value.split("/", 1)[0]! : "";
  return { line: kind.line, apiVersion: apiVersion.value, group, kind: kind.value, text: lines.join("\n") };
}

export const isCustomResource = ({ group }: ScannedObject): boolean => !BUILT_IN.has(group);
