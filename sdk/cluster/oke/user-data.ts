import { type Taint } from "../types";
import { type OkeOs } from "./args";
import { minorOf } from "./versions";

/** What a machine does at its first boot. */
export interface UserDataSettings {
  readonly os: OkeOs;
  /** `1.36.1` */
  readonly kubernetesVersion: string;
  readonly taints: readonly Taint[];
  /** Whether local NVMe becomes one volume. */
  readonly raid: boolean;
  readonly gpu: boolean;
  /** How a machine that OKE does not manage finds the cluster: address without port, and PEM in base64. */
  readonly join?: { readonly endpoint: string; readonly certificateAuthority: string };
}

/**
 * A cloud-init document in base64. It is the same text for the same settings, so it may stand in a node pool without changing at every run.
 *
 * Sources: Oracle documentation "Running Ubuntu on Worker Nodes" and "Creating Cloud-init Scripts for Self-managed Nodes" (2025);
 * oracle-quickstart/oci-hpc-oke `oke-ubuntu-cloud-init.sh` and `oke-workers.tf` 61d210a (2026-08-20) for what the nodes need.
 */
export function userData(settings: UserDataSettings): string {
  const { raid, gpu, join } = settings;
  const scripts = [...(raid ? [RAID] : []), ...(gpu ? [GPU] : []), CRIO, joinScript(settings)];
  const document = {
    write_files: [
      file("/etc/systemd/networkd.conf", NETWORKD),
      ...(join === undefined
        ? []
        : [
            file("/etc/oke/oke-apiserver", join.endpoint),
            { ...file("/etc/kubernetes/ca.crt", join.certificateAuthority), encoding: "b64" },
          ]),
      { ...file(SCRIPT, `#!/usr/bin/env bash\nset -euo pipefail\n${scripts.join("\n")}\n`), permissions: "0700" },
    ],
    runcmd: [["bash", SCRIPT]],
  };
  return Buffer.from(`#cloud-config\n${JSON.stringify(document)}\n`).toString("base64");
}

const SCRIPT = "/var/lib/cloud/cairn-node.sh";

const file = (path: string, content: string) => ({ path, content, owner: "root:root", permissions: "0644" });

/** Without it, Ubuntu's networkd removes the routes of pods. */
const NETWORKD = "[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n";

/** Short image names would be searched for in registries that nobody chose. */
const CRIO = `mkdir -p /etc/crio/crio.conf.d
printf '[crio.image]\\nshort_name_mode = "disabled"\\n' >/etc/crio/crio.conf.d/11-names.conf`;

/** RDMA pins memory beyond a container's default of 8 MB; the IMEX daemon belongs to the DRA driver's compute domains. */
const GPU = `mkdir -p /etc/crio/crio.conf.d
printf '[crio.runtime]\\ndefault_ulimits = ["memlock=-1:-1"]\\n' >/etc/crio/crio.conf.d/12-memlock.conf
if systemctl cat nvidia-imex.service >/dev/null 2>&1; then systemctl disable --now nvidia-imex.service && systemctl mask nvidia-imex.service; fi`;

/** One striped volume of all local disks. A disk that is in use already, such as after a new boot volume, is taken as it is. */
const RAID = `shopt -s nullglob
disks=(/dev/nvme*n1)
if [ \${#disks[@]} -gt 0 ]; then
  mdadm --assemble --scan || true
  arrays=(/dev/md[0-9]*)
  array=\${arrays[0]:-/dev/md0}
  if [ ! -e "$array" ]; then
    mdadm --create "$array" --run --force --level=0 --raid-devices=\${#disks[@]} "\${disks[@]}"
  fi
  blkid "$array" >/dev/null || mkfs.ext4 -q -m 1 "$array"
  mkdir -p /mnt/nvme
  echo "UUID=$(blkid -s UUID -o value "$array") /mnt/nvme ext4 defaults,noatime,nofail 0 2" >>/etc/fstab
  mount /mnt/nvme
  for directory in /var/lib/containers /var/lib/kubelet /var/log/pods; do
    mkdir -p "$directory" "/mnt/nvme$directory"
    echo "/mnt/nvme$directory $directory none bind,nofail 0 0" >>/etc/fstab
    mount "$directory"
  done
fi`;

/** How each system starts OKE's own bootstrap. */
const JOIN: Readonly<Record<OkeOs, (version: string, flags: string) => string>> = {
  ubuntu: (version, flags) => `. /etc/os-release
systemctl restart systemd-networkd
if ! command -v oke >/dev/null; then
  packages=/opt/oke-node-client-packages/ubuntu-$VERSION_CODENAME/kubernetes-${minorOf(version)}
  if [ -d "$packages/dists" ]; then source=file://$packages; else source=${PACKAGES}/ubuntu-$VERSION_CODENAME/kubernetes-${minorOf(version)}; fi
  echo "deb [trusted=yes] $source stable main" >/etc/apt/sources.list.d/oke-node-client.list
  apt-get -o DPkg::Lock::Timeout=600 -y update
  apt-get -o DPkg::Lock::Timeout=600 -y install oci-oke-node-all-${version}
fi
for attempt in $(seq 20); do oke bootstrap${flags} && exit 0; sleep 15; done
exit 1`,
  ol: (_version, flags) => `curl --fail --silent --retry 10 -H "Authorization: Bearer Oracle" \\
  http://169.254.169.254/opc/v2/instance/metadata/oke_init_script | base64 --decode >/var/run/oke-init.sh
bash /var/run/oke-init.sh${flags}`,
};

/** Oracle's packages for Ubuntu nodes, for images that do not carry them. */
const PACKAGES = "https://odx-oke.objectstorage.us-sanjose-1.oci.customer-oci.com/n/odx-oke/b/okn-repositories/o/prod";

function joinScript({ os, kubernetesVersion, taints, join }: UserDataSettings): string {
  const list = taints.map(({ key, value = "", effect }) => `${key}=${value}:${effect}`).join(",");
  const flags = [
    ...(join === undefined ? [] : [` --apiserver-host ${join.endpoint} --ca ${join.certificateAuthority}`]),
    ...(list === "" ? [] : [` --kubelet-extra-args "--register-with-taints=${list}"`]),
  ];
  return JOIN[os](kubernetesVersion, flags.join(""));
}
