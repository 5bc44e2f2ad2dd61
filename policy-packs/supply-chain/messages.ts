import { type ImageUse } from "./images";
import { nameOf, type Image } from "./reference";

/** What a violation is about: kind and name as the program has them. */
export function subjectOf(type: string, name: string): string {
  return `${type.split(":").at(-1)} ${JSON.stringify(name)}`;
}

/** Names the image and its place. Text that is not an image reference is never shown: it may be a secret. */
export function aboutImage(image: Image, path: string, finding: string): string {
  return `image ${image.digest.kind === "bad" ? nameOf(image) : image.text} at ${path} ${finding}`;
}

export const notAnImage = (path: string): string =>
  `the value at ${path} is not an image reference (it is not shown here, as it may be secret); write registry/repository:tag@sha256:…`;

export function unseen(use: Extract<ImageUse, { kind: "unknown" | "opaque" }>): string {
  switch (use.kind) {
    case "unknown":
      return (
        `the image at ${use.path} is not known before \`up\`, so it cannot be checked at preview; ` +
        "write it as text in the program, as `cairn lock` prints it, rather than take it from another resource's output"
      );
    case "opaque":
      return (
        `${use.what} renders its images inside the provider, where no policy sees them; ` +
        "make the chart a component of the recipe, which Cairn renders before preview, or exempt this resource with reason, link and expiry"
      );
  }
}
