import wrtc from "@roamhq/wrtc";
import SimplePeer from "simple-peer";
import type { Links } from "../../shared/base/transport.ts";
import type { SimplePeer as PeerInside } from "../rtc/simple-peer.ts";
import { createWebrtcLinks, type WebrtcOptions } from "../rtc/webrtc-links.ts";
import type { MakeConnection } from "../rtc/webrtc-problem.ts";

/** Links over WebRTC in Node, by @roamhq/wrtc. The process ends only after `close()`. */
export function createNodeLinks(options: WebrtcOptions): Links {
  return createWebrtcLinks(options, (peer) => new SimplePeer({ ...peer, wrtc }) as SimplePeer.Instance & PeerInside);
}

/** @throws if the library does not take the servers */
export const makeNodeConnection: MakeConnection = (config) => new wrtc.RTCPeerConnection(config);
