import { requirePeer } from "../cloud/peer";

requirePeer("@pulumi/azure-native", "^3.28.0");
