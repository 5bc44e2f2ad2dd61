import { type KubeClient } from "../kube";
import { type Permission } from "./types";

/**
 * Asks the API server, through SelfSubjectAccessReview, what we may not do.
 *
 * @returns `verb resource.group` for each missing permission, in the order asked.
 */
export async function missingPermissions(
  kube: KubeClient,
  permissions: readonly Permission[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const questions = permissions.flatMap(({ apiGroup, resource, verbs }) =>
    verbs.map((verb) => ({ apiGroup, resource, verb })),
  );
  const allowed = await Promise.all(
    questions.map(async ({ apiGroup, resource, verb }) => {
      const [plural, subresource] = resource.split("/");
      const review = await kube.create(
        {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          metadata: {},
          spec: {
            resourceAttributes: { group: apiGroup, resource: plural ?? "", verb, ...(subresource && { subresource }) },
          },
        },
        { signal },
      );
      return (review["status"] as { allowed?: boolean } | undefined)?.allowed === true;
    }),
  );
  return questions
    .filter((_, i) => !allowed[i])
    .map(({ apiGroup, resource, verb }) => `${verb} ${resource}${apiGroup && `.${apiGroup}`}`);
}
