import { lockedImage } from "@cairn/sdk/lock";
import * as k8s from "@pulumi/kubernetes";

// Pinned by digest and in the lock, as it should be. But nobody signed it.
const image = lockedImage("registry.cairn.test/demo/notebook:0.9.0");

const labels = { app: "notebook" };
new k8s.apps.v1.Deployment("notebook", {
  metadata: { name: "notebook" },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "notebook", image }] } },
  },
});
