/** An API that Helm's built-in list lacks, and the Kubernetes minor version of 1.x from which a cluster serves it. */
const SERVED: readonly (readonly [api: string, since: number])[] = [
  ["apiregistration.k8s.io/v1", 10],
  ["resource.k8s.io/v1", 34],
  ["resource.k8s.io/v1/DeviceClass", 34],
  ["storage.k8s.io/v1/VolumeAttributesClass", 34],
  ["admissionregistration.k8s.io/v1/MutatingAdmissionPolicy", 36],
];

/**
 * What charts must be told with `--api-versions`: Helm's own list has no kinds and no aggregated APIs (measured with helm 3.21).
 *
 * @param version - Of Kubernetes, such as `1.36.1`
 */
export function apiVersionsOf(version: string): readonly string[] {
  const minor = Number(version.split(".")[1]);
  return SERVED.filter(([, since]) => minor >= since).map(([api]) => api);
}
