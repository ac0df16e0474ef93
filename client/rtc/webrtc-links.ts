import type { Links } from "../../shared/base/transport.ts";
import { createLinks, type LinksOptions } from "../../shared/links/links.ts";
import { createChannelConnection } from "./channel-connection.ts";
import type { CreateSimplePeer, IceServerList } from "./simple-peer.ts";

/** What a peer's links over WebRTC need. `clock` measures waits of milliseconds to seconds. */
export interface WebrtcOptions extends Omit<LinksOptions, "connect"> {
  /** STUN and TURN servers, asked for at each dial: their credentials expire. None is enough on one network. */
  iceServers(): IceServerList;
  /** Takes no path but one through a TURN server. */
  readonly relayOnly?: boolean;
}

/** Links over WebRTC data channels, made by whatever simple-peer the platform has. */
export function createWebrtcLinks(options: WebrtcOptions, createPeer: CreateSimplePeer): Links {
  const { clock } = options;
  return createLinks({
    ...options,
    connect: (_peer, initiator, events) =>
      createChannelConnection(initiator, events, {
        clock,
        createPeer,
        iceServers: options.iceServers(),
        relayOnly: options.relayOnly === true,
      }),
  });
}
