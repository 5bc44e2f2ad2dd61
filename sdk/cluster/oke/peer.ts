import { requirePeer } from "../cloud/peer";

// Before the first import of the provider, so that a program without it reads what to install.
requirePeer("@pulumi/oci", "^4.20.0");
