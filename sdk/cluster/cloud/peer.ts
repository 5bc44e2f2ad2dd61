import { CairnError } from "../../errors";

/**
 * Providers are optional peers: a program that runs on one cloud need not install the others.
 *
 * @throws CairnError `PEER_MISSING` with the command that installs it
 */
export function requirePeer(name: string, range: string): void {
  try {
    require.resolve(`${name}/package.json`);
  } catch (cause) {
    throw new CairnError("PEER_MISSING", `this target needs the package ${name}, which is not installed`, {
      hint: `npm install ${name}@${range}`,
      cause,
    });
  }
}
