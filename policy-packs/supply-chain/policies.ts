import {
  type PolicyConfigSchema,
  type ResourceValidation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type Severity,
} from "@pulumi/policy";
import { readConfig, type Config } from "./config";
import { exemptionFor } from "./exemptions";
import { openKeys, openLocks, type Host } from "./host";
import { imagesOf, type ImageUse } from "./images";
import { aboutImage, notAnImage, subjectOf, unseen } from "./messages";
import { parseImage, type Image } from "./reference";
import {
  completedInLock,
  completedSigned,
  digestPinned,
  inLock,
  signatureVerified,
  type Finding,
  type VerifySignature,
} from "./rules";
import { EXEMPTIONS, KEYS, LOCKS } from "./schema";
import { plain } from "@cairn/policy-kit";

type Judgement = (image: Image) => Finding | Promise<Finding>;

/** One for images as they are named, one for those whose tag an operator completes. */
interface Judge {
  readonly named: Judgement;
  readonly completed: Judgement;
}

interface Definition {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly severity: Severity;
  readonly remediationSteps: string;
  readonly config: PolicyConfigSchema["properties"];
  /** Opens what the rule needs; a string says why nothing can be judged, which is a violation. */
  readonly prepare: (config: Config, host: Host) => Promise<Judge | string>;
}

const DEFINITIONS: readonly Definition[] = [
  {
    name: "image-digest-pinned",
    displayName: "Images are pinned by digest",
    description: "Every container image is named with its sha256 digest.",
    severity: "high",
    remediationSteps: "Run `cairn lock --image <reference>` and use the reference with the digest that it prints.",
    config: {},
    // Nobody can name the digest of what is not named in full: the other two policies answer for it.
    prepare: () => Promise.resolve({ named: digestPinned, completed: () => undefined }),
  },
  {
    name: "image-in-lock",
    displayName: "Images are in the lock",
    description: "Every container image is in cairn.lock.yaml with the same digest.",
    severity: "high",
    remediationSteps: "Run `cairn lock --image <reference>` to add an image, or `cairn lock --update` to move one.",
    config: { locks: LOCKS },
    prepare: async (config, host) => {
      const lock = await openLocks(config, host);
      if (typeof lock === "string") return lock;
      return { named: (image) => inLock(image, lock), completed: (image) => completedInLock(image, lock) };
    },
  },
  {
    name: "image-signature-verified",
    displayName: "Images are signed by a trusted key",
    description: "Every container image has a signature, kept in cairn.lock.yaml, by a key that this policy trusts.",
    severity: "critical",
    remediationSteps: "Sign the image (`cosign sign --key …`), then run `cairn lock --update`.",
    config: { locks: LOCKS, keys: KEYS },
    prepare: async (config, host) => {
      const [lock, keys] = await Promise.all([openLocks(config, host), openKeys(config, host)]);
      if (typeof lock === "string") return lock;
      if (typeof keys === "string") return keys;
      const verify: VerifySignature = (bundle, digest) => host.verify(bundle, digest, keys);
      return {
        named: (image) => signatureVerified(image, lock, verify),
        completed: (image) => completedSigned(image, lock, verify),
      };
    },
  },
];

/** The pack's policies. Side-effect free: `index.ts` serves them. */
export function policies(host: Host): ResourceValidationPolicy[] {
  return DEFINITIONS.map(({ config, prepare, ...metadata }) => ({
    ...metadata,
    configSchema: { properties: { exemptions: EXEMPTIONS, ...config } },
    validateResource: validation(metadata.name, prepare, host),
  }));
}

function validation(policy: string, prepare: Definition["prepare"], host: Host): ResourceValidation {
  return async (args, report) => {
    const config = readConfig(policy, args.getConfig());
    const uses = imagesOf(args.type, plain(args.props));
    if (uses.length === 0) return;
    const judge = await prepare(config, host);
    const violations: string[] = [];
    for (const use of uses) {
      const violation = await violationOf(use, judge, args, config, host);
      if (violation !== undefined) violations.push(violation);
    }
    // A missing lock is one problem, however many images the resource names.
    for (const violation of new Set(violations)) report(`${subjectOf(args.type, args.name)}: ${violation}`);
  };
}

async function violationOf(
  use: ImageUse,
  judge: Judge | string,
  { name, urn }: ResourceValidationArgs,
  config: Config,
  host: Host,
): Promise<string | undefined> {
  const image = "text" in use ? parseImage(use.text) : undefined;
  const violation = await findingOf(use, image, judge);
  if (violation === undefined) return undefined;
  const exemption = exemptionFor({ image, name, urn }, config.exemptions, host.now());
  if (exemption.kind === "exempt") return undefined;
  return exemption.kind === "expired" ? `${violation}. ${exemption.note}` : violation;
}

async function findingOf(use: ImageUse, image: Image | undefined, judge: Judge | string): Promise<Finding> {
  if (use.kind === "unknown" || use.kind === "opaque") return unseen(use);
  if (image === undefined) return notAnImage(use.path);
  if (typeof judge === "string") return judge;
  const finding = await (use.kind === "completed" ? judge.completed(image) : judge.named(image));
  return finding === undefined ? undefined : aboutImage(image, use.path, finding);
}
