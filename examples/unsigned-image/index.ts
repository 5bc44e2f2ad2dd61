import { lockedImage } from "@cairn/sdk/lock";
import * as k8s from "@pulumi/kubernetes";

// Pinned by digest and in the lock, as it should be. But nobody signed it.
const image = lockedImage("registry.cairn.test/demo/batch-report:1.0.0");

const labels = { app: "batch-report" };
new k8s.apps.v1.Deployment("batch-report", {
  metadata: { name: "batch-report" },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "report", image }] } },
  },
});
