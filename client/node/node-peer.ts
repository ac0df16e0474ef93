import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Links } from "../../shared/base/transport.ts";
import type { Peer } from "../../shared/peer/peer.ts";
import type { Inspect } from "../../shared/peer/step.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import { canonicalRoom, roomExpectation } from "../../shared/signaling/protocol/room-name.ts";
import { maxMessageBytes } from "../../shared/wire/limits.ts";
import { drawPeerId } from "../base/draw-peer-id.ts";
import { realClock } from "../base/real-clock.ts";
import { serverAddress } from "../base/server-address.ts";
import type { OwnData } from "../data/own-data.ts";
import type { InitialModel } from "../initial/initial-model.ts";
import type { ModelShape } from "../models/model-method.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import type { ClientReport } from "../peer/client-report.ts";
import { startPeer } from "../peer/start-peer.ts";
import { iceServerList } from "../rtc/ice-server-list.ts";
import type { IceServerList } from "../rtc/simple-peer.ts";
import { webrtcProblem } from "../rtc/webrtc-problem.ts";
import { openCheckpointFolder } from "./checkpoint-folder.ts";
import { proxyNotice } from "./proxy-notice.ts";
import { nodeBackends } from "./tensorflow.ts";
import { createNodeLinks, makeNodeConnection } from "./webrtc.ts";

export interface NodePeerOptions {
  readonly serverUrl: string;
  readonly room: string;
  readonly label: string;
  readonly config: RunConfig | null;
  /** The files that it trains on, where it has such; then `config` is null. */
  readonly ownData?: OwnData;
  /** Folder of the checkpoint; null: the peer begins without one each time. */
  readonly checkpoints?: string | null;
  /** Whether all links go through the room's TURN server. */
  readonly relayOnly?: boolean;
  /** Ends the start: what is loaded for it is given up. A peer that has started is ended by `close`. */
  readonly signal?: AbortSignal;
  /** Told of all that happens to its rounds. */
  readonly inspect?: Inspect;
  /** The model that the run begins with, where this peer brings one: as files gave it, or as a layers model, which is not changed. */
  readonly initial?: InitialModel | LayersModel;
  /** Asks for the model that a room's members bring, where none is given. Absent: nobody can be asked. */
  askForModel?(): Promise<InitialModel | null>;
  /** What the run's model takes and gives, once the data are there; and the model itself, where it is a person's own. */
  onShape?(shape: ModelShape, own: OwnModel | null): void;
  report(report: ClientReport): void;
}

export interface NodePeer {
  readonly peer: Peer;
  readonly links: Links;
  /** Leaves the room, saves the last checkpoint, and releases its folder. */
  close(): Promise<void>;
}

/**
 * A headless peer in this process: real WebRTC, tfjs on WebAssembly.
 * @throws {RangeError} (as a rejection) if the room has no valid name, or no model can be trained by the configuration
 * @throws {CheckpointError} (as a rejection) while another process has the checkpoint, and if its folder is a file
 * @throws {Error} (as a rejection) if WebRTC does not work here: without it a peer would only stand in the others' way
 */
export async function startNodePeer(options: NodePeerOptions): Promise<NodePeer> {
  const room = canonicalRoom(options.room);
  if (room === null) throw new RangeError(`expected a room's name of ${roomExpectation}, got ${JSON.stringify(options.room)}`);
  const lack = webrtcProblem(makeNodeConnection);
  if (lack !== null) throw new Error(`WebRTC does not work on this machine, and peers reach each other only by it: ${lack}`);
  const proxy = proxyNotice(serverAddress(options.serverUrl).url, process.env);
  if (proxy !== null) options.report({ type: "notice", text: proxy });
  let iceServers: IceServerList = [];
  const links = createNodeLinks({
    self: drawPeerId(),
    clock: realClock,
    maxMessageBytes,
    // An observer dials its donor, who does not know it: the server vouches that both are in the room.
    accepts: () => true,
    iceServers: () => iceServers,
    relayOnly: options.relayOnly === true,
  });
  const onIceServers = (servers: readonly IceServer[]): void => {
    const { list, problems } = iceServerList(servers, makeNodeConnection);
    iceServers = list;
    for (const text of problems) options.report({ type: "notice", text });
  };
  const folder = options.checkpoints == null ? null : await openCheckpointFolder(options.checkpoints, room);
  const saves = { checkpoints: folder?.store ?? null, checkpointProblem: folder?.problem ?? null };
  const own = { links, ...saves, backends: nodeBackends(), selection: null, onIceServers };
  const peer = await startPeer({ ...options, room, ...own });
  const close = async (): Promise<void> => {
    await peer.close();
    await folder?.close();
  };
  return { peer, links, close };
}
