import type { IceServer } from "../../../shared/signaling/messages.ts";
import type { IceServerList } from "./simple-peer.ts";

/** STUN and TURN servers as RTCPeerConnection takes them: a field that is not there must not be there. */
export function iceServerList(servers: readonly IceServer[]): IceServerList {
  return servers.map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
}
