/** First import of the room, so that a missing package is one clear error and not a stack trace of `require`. */
import { requirePeer } from "../cloud/peer";

requirePeer("@pulumi/aws", "^7.48.0");
