import wrtc from "@roamhq/wrtc";
import SimplePeer from "simple-peer";
import type { Links } from "../../shared/transport.ts";
import type { SimplePeer as PeerInside } from "../peer/links/simple-peer.ts";
import { createWebrtcLinks, type WebrtcOptions } from "../peer/links/webrtc-links.ts";
import type { MakeConnection } from "../peer/links/webrtc-problem.ts";

/** Links over WebRTC in Node, by @roamhq/wrtc. The process ends only after `close()`. */
export function createNodeLinks(options: WebrtcOptions): Links {
  return createWebrtcLinks(options, (peer) => new SimplePeer({ ...peer, wrtc }) as SimplePeer.Instance & PeerInside);
}

/** @throws if the library does not take the servers */
export const makeNodeConnection: MakeConnection = (config) => new wrtc.RTCPeerConnection(config);
