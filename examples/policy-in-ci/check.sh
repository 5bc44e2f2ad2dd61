#!/bin/sh
# What a pull request has to pass. It needs no account: nothing is asked of the cloud, and no provider's plugin is started.
# `npm run check` runs it, with the project's own `cairn` on PATH.
set -eu
cd "$(dirname "$0")"

packs=node_modules/@cairn
test -d "$packs" || packs=../../node_modules/@cairn # in a workspace

cairn lock --check
cairn lock --fetch
cairn preview --offline \
  --policy-pack "$packs/policy-supply-chain=supply-chain.json" \
  --policy-pack "$packs/policy-gpu-cluster=gpu-cluster.json"
