import { requirePeer } from "../cloud/peer";

// Before any import of the provider, so that a program without it learns which package to install.
requirePeer("@pulumi/gcp", "^9.37.0");
