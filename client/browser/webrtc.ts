/// <reference path="./simplepeer.d.ts" />
// The bundled build: the package's own entry needs Node's `global` and `process`, and fails in a page at run time.
import SimplePeer from "simple-peer/simplepeer.min.js";
import type { Links } from "../../shared/base/transport.ts";
import { createWebrtcLinks, type WebrtcOptions } from "../rtc/webrtc-links.ts";
import type { MakeConnection } from "../rtc/webrtc-problem.ts";

/** Links over WebRTC in a page: the only place where RTCPeerConnection exists. */
export function createPageLinks(options: WebrtcOptions): Links {
  return createWebrtcLinks(options, (peer) => new SimplePeer(peer));
}

/** @throws if the browser has no WebRTC, or does not take the servers */
export const makePageConnection: MakeConnection = (config) => new RTCPeerConnection(config);
