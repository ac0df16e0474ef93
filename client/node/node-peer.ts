import type { IceServer } from "../../shared/signaling/messages.ts";
import type { RunConfig } from "../../shared/training/config.ts";
import { maxMessageBytes } from "../../shared/training/limits.ts";
import type { Peer } from "../../shared/training/peer.ts";
import type { Links } from "../../shared/transport.ts";
import type { ClientReport } from "../peer/client-report.ts";
import { drawPeerId } from "../peer/draw-peer-id.ts";
import { iceServerList } from "../peer/links/ice-server-list.ts";
import type { IceServerList } from "../peer/links/simple-peer.ts";
import { realClock } from "../peer/real-clock.ts";
import { startPeer } from "../peer/start-peer.ts";
import { nodeBackends } from "./tensorflow.ts";
import { createNodeLinks } from "./webrtc.ts";

export interface NodePeerOptions {
  readonly serverUrl: string;
  readonly room: string;
  readonly label: string;
  readonly config: RunConfig | null;
  report(report: ClientReport): void;
}

/** A headless peer in this process: real WebRTC, tfjs on WebAssembly. */
export async function startNodePeer(options: NodePeerOptions): Promise<{ readonly peer: Peer; readonly links: Links }> {
  let iceServers: IceServerList = [];
  const links = createNodeLinks({
    self: drawPeerId(),
    clock: realClock,
    maxMessageBytes,
    // An observer dials its sponsor, who does not know it: the server vouches that both are in the room.
    accepts: () => true,
    iceServers: () => iceServers,
  });
  const onIceServers = (servers: readonly IceServer[]): void => {
    iceServers = iceServerList(servers);
  };
  const peer = await startPeer({ ...options, links, backends: nodeBackends(), selection: null, onIceServers });
  return { peer, links };
}
