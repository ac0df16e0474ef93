import type { LeaveBeacon } from "../../shared/signaling/protocol/leave-beacon.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import { maxMessageBytes } from "../../shared/wire/limits.ts";
import { drawPeerId } from "../base/draw-peer-id.ts";
import { realClock } from "../base/real-clock.ts";
import { serverAddress } from "../base/server-address.ts";
import type { ClientReport } from "../peer/client-report.ts";
import { createLoneWatch } from "../peer/lone-watch.ts";
import { iceServerList } from "../rtc/ice-server-list.ts";
import { servePort } from "../rtc/port/serve-port.ts";
import type { IceServerList } from "../rtc/simple-peer.ts";
import type { Session, SessionOptions, TabReport } from "./session-types.ts";
import { rememberTabSlot, tabSlot } from "./tab-slot.ts";
import { wantedDebug } from "./wanted-debug.ts";
import { createPageLinks, makePageConnection } from "./webrtc.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";
import { workerUrl } from "./worker-url.ts";

/** How often the page measures its channels. */
const trafficMs = 1_000;
/** Time for the worker to leave the room; then it is ended whatever it does. */
const leaveMs = 2_000;

/** Starts this tab's peer: its worker, and the WebRTC channels, which only a page can have. */
export function startSession(options: SessionOptions): Session {
  const self = drawPeerId();
  /** Session secret of the worker's connections to the server; null before the first. */
  let secret: string | null = null;
  const listeners = new Set<(report: TabReport) => void>();
  const tell = (report: TabReport): void => {
    for (const listener of [...listeners]) listener(report);
  };
  let iceServers: IceServerList = [];
  const links = createPageLinks({
    self,
    clock: realClock,
    maxMessageBytes,
    // An observer dials its donor, who does not know it: the server vouches that both are in the room.
    accepts: () => true,
    iceServers: () => iceServers,
    relayOnly: options.relayOnly === true,
  });
  const { port1, port2 } = new MessageChannel();
  const closeLinks = servePort(links, port1);
  const worker = new Worker(workerUrl, { type: "module", name: "copse peer" });
  const post = (message: ToWorker, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);
  const timer = setInterval(() => void links.traffic().then((traffic) => tell({ type: "traffic", links: traffic })), trafficMs);

  /** Timer that starts at the first reason to end: leaving, a refusal or a worker that failed. */
  let fallback: ReturnType<typeof setTimeout> | null = null;
  const leave = (): void => {
    if (fallback !== null) return;
    clearInterval(timer);
    listeners.clear();
    post({ type: "leave" });
    fallback = setTimeout(end, leaveMs);
  };
  const end = (): void => {
    if (fallback !== null) clearTimeout(fallback);
    worker.terminate();
    closeLinks();
  };
  const lone = createLoneWatch();
  const hear = (report: ClientReport): void => {
    lone.hear(report);
    if (report.type === "finished" && lone.problem !== null) tell({ type: "notice", text: lone.problem });
    tell(report);
    if (report.type === "refused") leave();
  };
  const heed = (servers: readonly IceServer[]): void => {
    const { list, problems } = iceServerList(servers, makePageConnection);
    iceServers = list;
    for (const text of problems) hear({ type: "notice", text });
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>): void => {
    if (data.type === "report") hear(data.report);
    else if (data.type === "saved") tell(data);
    else if (data.type === "ice") heed(data.servers);
    else if (data.type === "session") secret = data.session;
    else if (data.type === "slot") rememberTabSlot(room, data.slot);
    else end();
  };
  // An error without a message: the code could not be loaded.
  worker.onerror = ({ message = "its code did not come" }): void => {
    hear({ type: "refused", reason: `The peer's worker failed: ${message}` });
  };

  const {
    serverUrl,
    room,
    config,
    chosen = null,
    softwareGpu = false,
    selection = null,
    label = labelOf(navigator.userAgent),
  } = options;
  const slot = tabSlot(room);
  const debug = wantedDebug();
  post({ type: "start", self, serverUrl, room, label, config, chosen, softwareGpu, selection, slot, debug, port: port2 }, [
    port2,
  ]);
  return {
    onReport(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    give: (files) => post({ type: "files", chosen: files }),
    giveModel: (files, paths) => post({ type: "model", files, paths }),
    save: () => post({ type: "save" }),
    control: (running) => post({ type: "control", running }),
    leave,
    vanish() {
      if (secret !== null) {
        const leaveBeacon: LeaveBeacon = { room, peer: self, session: secret };
        navigator.sendBeacon(serverAddress(serverUrl).leave, JSON.stringify(leaveBeacon));
      }
      leave();
    },
  };
}

/** "Chrome on Linux": enough for people to tell their tabs and devices apart. */
export function labelOf(userAgent: string): string {
  const find = (names: readonly (readonly [pattern: RegExp, name: string])[], otherwise: string): string =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? otherwise;
  const browser = find(
    [
      [/Edg\//, "Edge"],
      [/Firefox\//, "Firefox"],
      [/Chrom(e|ium)\//, "Chrome"],
      [/Safari\//, "Safari"],
    ],
    "Tab",
  );
  const system = find(
    [
      [/Android/, "Android"],
      [/iPhone|iPad/, "iOS"],
      [/Windows/, "Windows"],
      [/Mac OS X/, "macOS"],
      [/Linux/, "Linux"],
    ],
    "another system",
  );
  return `${browser} on ${system}`;
}
