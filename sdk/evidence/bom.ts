import { createHash } from "node:crypto";
import * as z from "zod";
import { digestOf, parseReference } from "../oci";
import { type JsonObject } from "../json";
import { type LockView } from "./documents";

const PREFIX = "cairn:";

/**
 * A CycloneDX 1.6 bill of materials of everything that a lock pins: charts and kustomizations as applications, images as containers, and
 * which application brings which image. Equal locks give equal bytes.
 *
 * Components are flat and the root is a platform, because scanners read nothing else (Trivy 0.74, Syft 1.51).
 */
export function buildBom(
  lockText: string,
  lock: LockView,
  root: { readonly name: string; readonly version: string },
): string {
  const applications = [
    ...Object.entries(lock.charts).map(([name, chart]) => chartComponent(name, chart)),
    ...Object.entries(lock.kustomizations ?? {}).map(([name, locked]) => kustomizationComponent(name, locked)),
  ];
  const images = lock.images.map(imageComponent);
  const broughtBy = (name: string): string[] =>
    lock.images.filter((image) => image.components.includes(name)).map((image) => imageRef(image.reference));
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(digestOf(Buffer.from(lockText)))}`,
    version: 1,
    metadata: { component: { type: "platform", "bom-ref": "recipe", ...root } },
    components: [...applications, ...images],
    dependencies: [
      { ref: "recipe", dependsOn: [...applications, ...images].map((component) => component["bom-ref"]) },
      ...Object.keys(lock.charts).map((name) => ({ ref: chartRef(name), dependsOn: broughtBy(name) })),
      ...Object.keys(lock.kustomizations ?? {}).map((name) => ({
        ref: kustomizationRef(name),
        dependsOn: broughtBy(name),
      })),
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

const chartRef = (name: string): string => `chart:${name}`;
const kustomizationRef = (name: string): string => `kustomization:${name}`;
const imageRef = (reference: string): string => `image:${reference}`;
const hashes = (digest: string): JsonObject[] => [{ alg: "SHA-256", content: digest.replace("sha256:", "") }];

function chartComponent(name: string, chart: LockView["charts"][string]) {
  return {
    type: "application",
    "bom-ref": chartRef(name),
    name: chart.chart,
    version: chart.version,
    hashes: hashes(chart.archive),
    externalReferences: [{ type: "distribution", url: chart.source }],
    properties: [{ name: `${PREFIX}component`, value: name }],
  };
}

function kustomizationComponent(name: string, locked: NonNullable<LockView["kustomizations"]>[string]) {
  return {
    type: "application",
    "bom-ref": kustomizationRef(name),
    name,
    version: locked.commit,
    hashes: hashes(locked.archive),
    externalReferences: [{ type: "vcs", url: locked.source }],
    properties: [{ name: `${PREFIX}component`, value: name }],
  };
}

function imageComponent(image: LockView["images"][number]) {
  const { registry, repository, tag } = parseReference(image.reference);
  const location = `${registry}/${repository}`;
  const qualifiers = new URLSearchParams({ repository_url: location, ...(tag !== undefined && { tag }) });
  return {
    type: "container",
    "bom-ref": imageRef(image.reference),
    name: location,
    version: image.digest,
    // The version of a pkg:oci purl is the digest (purl-spec, "oci").
    purl: `pkg:oci/${repository.split("/").at(-1)}@${encodeURIComponent(image.digest)}?${qualifiers}`,
    hashes: hashes(image.digest),
    properties: [
      { name: `${PREFIX}reference`, value: image.reference },
      ...Object.entries(image.platforms).map(([platform, digest]) => ({
        name: `${PREFIX}platform:${platform}`,
        value: digest,
      })),
    ],
  };
}

/** The same lock has the same serial number: a version 8 UUID (RFC 9562) of its digest. */
function uuidOf(digest: string): string {
  const bytes = createHash("sha256").update(`cairn bom ${digest}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** What is compared of a bill of materials, whoever wrote it. */
export const BomView = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string(),
  components: z.array(z.looseObject({ type: z.string(), name: z.string(), version: z.string() })),
});

/** `type name@version` of every component that a lock asks for, sorted. */
export function lockedComponents(lock: LockView): readonly string[] {
  const charts = Object.values(lock.charts).map((chart) => `application ${chart.chart}@${chart.version}`);
  const kustomizations = Object.entries(lock.kustomizations ?? {}).map(
    ([name, { commit }]) => `application ${name}@${commit}`,
  );
  const images = lock.images.map(({ reference, digest }) => {
    const { registry, repository } = parseReference(reference);
    return `container ${registry}/${repository}@${digest}`;
  });
  return [...charts, ...kustomizations, ...images].sort();
}

/** The same of a bill of materials. */
export function billedComponents(bom: z.infer<typeof BomView>): readonly string[] {
  return bom.components.map(({ type, name, version }) => `${type} ${name}@${version}`).sort();
}
