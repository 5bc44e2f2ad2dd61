/**
 * What a node does when it starts for the first time. Amazon Linux 2023 reads a NodeConfig; with an image that EKS chose, EKS adds the
 * cluster's address to it. Ubuntu's EKS images come with a script that joins the cluster.
 */
import { type JsonObject } from "../../json";
import { type PoolPlan } from "./plan";

/** What a node has to know to join. */
export interface ClusterAddress {
  readonly name: string;
  /** `https://…` */
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority: string;
}

/** The user data of a pool's nodes, in base64, as launch templates want it. */
export function userDataOf(pool: PoolPlan, cluster: ClusterAddress, serviceCidr: string, dnsAddress: string): string {
  const { image } = pool;
  const text =
    pool.os === "ubuntu"
      ? multipart([["text/x-shellscript", ubuntuScript(pool, cluster, dnsAddress)]])
      : multipart([
          ["application/node.eks.aws", nodeConfig(pool, image.from === "eks" ? undefined : cluster, serviceCidr)],
        ]);
  return Buffer.from(text).toString("base64");
}

type Part = readonly [type: string, text: string];

const BOUNDARY = "cairn-node";

function multipart(parts: readonly Part[]): string {
  const bodies = parts.map(([type, text]) => `--${BOUNDARY}\nContent-Type: ${type}; charset="us-ascii"\n\n${text}\n`);
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n${bodies.join("")}--${BOUNDARY}--\n`;
}

/** Settings of `nodeadm` (awslabs/amazon-eks-ami, nodeadm API v1alpha1, 2026). JSON is YAML. */
function nodeConfig(pool: PoolPlan, cluster: ClusterAddress | undefined, serviceCidr: string): string {
  const config: JsonObject = {
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: {
      ...(cluster && {
        cluster: {
          name: cluster.name,
          apiServerEndpoint: cluster.endpoint,
          certificateAuthority: cluster.certificateAuthority,
          cidr: serviceCidr,
        },
      }),
      ...(pool.localDisks === "raid0" && { instance: { localStorage: { strategy: "RAID0" } } }),
      kubelet: {
        config: { maxPods: pool.maxPods, ...pool.kubelet },
        // EKS adds labels and taints to images of its own choice only.
        ...(cluster && { flags: registration(pool) }),
      },
    },
  };
  return JSON.stringify(config, undefined, 2);
}

/** Flags by which a node registers with its labels and taints, so that no pod gets in before a taint is there. */
function registration({ labels, taints }: PoolPlan): readonly string[] {
  const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const tainted = taints.map(({ key, value = "", effect }) => `${key}=${value}:${effect}`);
  return [
    `--node-labels=${labelled.join(",")}`,
    ...(tainted.length > 0 ? [`--register-with-taints=${tainted.join(",")}`] : []),
  ];
}

/** Kubelet flags for settings that Amazon Linux has in a file. */
const KUBELET_FLAGS = {
  cpuManagerPolicy: "cpu-manager-policy",
  topologyManagerPolicy: "topology-manager-policy",
} as const;

function ubuntuScript(pool: PoolPlan, { name, endpoint, certificateAuthority }: ClusterAddress, dns: string): string {
  const settings = Object.entries(pool.kubelet).map(
    ([key, value]) => `--${KUBELET_FLAGS[key as keyof typeof KUBELET_FLAGS]}=${value}`,
  );
  const kubelet = [`--max-pods=${pool.maxPods}`, ...settings, ...registration(pool)].join(" ");
  return [
    "#!/bin/bash",
    "set -euo pipefail",
    ...(pool.localDisks === "raid0" ? [RAID0] : []),
    `/etc/eks/bootstrap.sh '${name}' \\`,
    `  --apiserver-endpoint '${endpoint}' \\`,
    `  --b64-cluster-ca '${certificateAuthority}' \\`,
    `  --dns-cluster-ip '${dns}' \\`,
    "  --use-max-pods false \\",
    `  --kubelet-extra-args '${kubelet}'`,
  ].join("\n");
}

/**
 * All local NVMe disks as one, below containers and pods, as Amazon's images do it by themselves. The mounts are in fstab, for a node that
 * is rebooted; `nofail`, for one that was stopped and has empty disks.
 */
const RAID0 = `mapfile -t disks < <(
  for link in /dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_*; do
    [[ -e "$link" ]] && readlink -f "$link"
  done | sort -u
)
if (( \${#disks[@]} > 0 )); then
  systemctl stop containerd || true
  mdadm --create /dev/md/local --run --force --level=0 --raid-devices="\${#disks[@]}" "\${disks[@]}"
  mkfs.xfs -q -f /dev/md/local
  mkdir -p /mnt/local
  mount -o noatime /dev/md/local /mnt/local
  echo "UUID=$(blkid -s UUID -o value /dev/md/local) /mnt/local xfs noatime,nofail 0 2" >> /etc/fstab
  for folder in /var/lib/containerd /var/lib/kubelet /var/log/pods; do
    mkdir -p "$folder" "/mnt/local$folder"
    cp -a "$folder/." "/mnt/local$folder/"
    mount --bind "/mnt/local$folder" "$folder"
    echo "/mnt/local$folder $folder none bind,nofail 0 0" >> /etc/fstab
  done
  systemctl start containerd || true
fi`;
