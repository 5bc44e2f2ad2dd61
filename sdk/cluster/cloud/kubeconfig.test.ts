import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { type CairnError } from "../../errors";
import { Findings } from "./findings";
import { kubeconfigOf } from "./kubeconfig";
import { requirePeer } from "./peer";

describe("a kubeconfig that a target writes", () => {
  const parts = { name: "train", server: "https://203.0.113.5", certificateAuthority: "Q0E=" };

  it("has one context, and is YAML as well as JSON", () => {
    const text = kubeconfigOf({ ...parts, user: { token: "t" } });
    assert.deepEqual(parse(text), JSON.parse(text));
    assert.deepEqual(parse(text), {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "train", cluster: { server: "https://203.0.113.5", "certificate-authority-data": "Q0E=" } }],
      users: [{ name: "train", user: { token: "t" } }],
      contexts: [{ name: "train", context: { cluster: "train", user: "train" } }],
      "current-context": "train",
    });
  });

  it("asks a program for tokens without a terminal, and says how to get it", () => {
    const exec = { command: "aws", args: ["eks", "get-token"], env: { AWS_PROFILE: "p" }, installHint: "install it" };
    const { users } = JSON.parse(kubeconfigOf({ ...parts, user: { exec } })) as { readonly users: readonly unknown[] };
    assert.deepEqual(users, [
      {
        name: "train",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token"],
            env: [{ name: "AWS_PROFILE", value: "p" }],
            installHint: "install it",
            interactiveMode: "Never",
            provideClusterInfo: false,
          },
        },
      },
    ]);
  });
});

describe("findings about a target's settings", () => {
  it("are thrown together, each with its path and what to do", () => {
    const findings = new Findings();
    findings.wholeNumber(1.5, "gpus.nodes", 1, 8);
    findings.oneOf("x", "os", ["ubuntu", "cos"]);
    findings.check(false, "zone", "is missing", "name one");
    assert.throws(
      () => findings.refuse("eks()"),
      (error: CairnError) => {
        assert.equal(error.code, "CLUSTER_SETTINGS");
        assert.deepEqual(error.message.split("\n"), [
          "eks() cannot make this cluster",
          "  gpus.nodes: must be a whole number from 1 to 8, not 1.5",
          '  os: "x" is none of ubuntu, cos',
          "  zone: is missing (name one)",
        ]);
        return true;
      },
    );
  });

  it("are nothing when all is well", () => {
    const findings = new Findings();
    assert.ok(findings.wholeNumber(8, "gpus.nodes", 1, 8) && findings.oneOf("cos", "os", ["cos"]));
    findings.refuse("eks()");
  });
});

describe("a provider that is not installed", () => {
  it("is named with the command that installs it", () => {
    requirePeer("@pulumi/pulumi", "^3");
    assert.throws(() => requirePeer("@pulumi/nebula", "^7.1"), {
      code: "PEER_MISSING",
      message: /needs the package @pulumi\/nebula, which is not installed\n→ npm install @pulumi\/nebula@\^7\.1/,
    });
  });
});
