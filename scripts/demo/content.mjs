// What the local catalogue needs in a registry: our charts, and tiny images made here, signed with the demo's key but for one.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import oci from "@cairn/sdk/oci";
import sigstore from "@cairn/sdk/sigstore";
import { parse } from "yaml";
import { passphraseFile, privateKey, publicKey, root } from "./paths.mjs";
import { canonicalHost } from "./registry.mjs";

const recipes = join(root, "recipes");

/** Pushes charts and images and signs images, all only where it was not done before. */
export async function prepareContent(env) {
  const client = oci.createOciClient({ mirrors: oci.parseMirrors(env.CAIRN_REGISTRY_MIRRORS) });
  const signer = demoKey();
  const charts = await readdir(join(recipes, "charts"));
  for (const chart of charts) await pushChart(client, join(recipes, "charts", chart));
  const { images } = parse(await readFile(join(recipes, "images.yaml"), "utf8"));
  for (const image of images) await pushImage(client, image, signer);
  const unsigned = images.find((image) => !image.signed).reference;
  return { charts: charts.length, signed: images.length - 1, unsigned };
}

/** The demo's key pair, made once. The file is in cosign's own format, so that `cosign sign --key` takes it too. */
function demoKey() {
  const password = readFileSync(passphraseFile, "utf8");
  if (!existsSync(privateKey) || !existsSync(publicKey)) {
    const pair = sigstore.generateKeyPair(password);
    writeFileSync(publicKey, pair.publicKey);
    writeFileSync(`${privateKey}.new`, pair.privateKey, { mode: 0o600 });
    renameSync(`${privateKey}.new`, privateKey);
  }
  return sigstore.openPrivateKey(readFileSync(privateKey, "utf8"), password);
}

async function pushChart(client, directory) {
  const { artifact, name, tag } = await oci.packChart(directory);
  await oci.pushArtifact(client, { registry: canonicalHost, repository: `charts/${name}`, tag }, artifact);
}

/** A few files in one layer: nothing here is ever run, but registries, signatures and digests are real. */
async function pushImage(client, { reference, signed }, signer) {
  const target = oci.parseReference(reference);
  const image = await oci.buildImage({ "etc/image": Buffer.from(`${reference}\n`) });
  const { digest } = await oci.pushArtifact(client, target, image);
  if (!signed) return;
  const pinned = { ...target, digest };
  const found = await sigstore.findImageSignature(client, pinned, [signer.publicKey]);
  if (found.status !== "verified") await sigstore.signImage(client, pinned, signer);
}
