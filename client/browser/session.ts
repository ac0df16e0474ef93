import { maxMessageBytes } from "../../shared/training/limits.ts";
import { drawPeerId } from "../peer/draw-peer-id.ts";
import { iceServerList } from "../peer/links/ice-server-list.ts";
import type { IceServerList } from "../peer/links/simple-peer.ts";
import { servePort } from "../peer/port/serve-port.ts";
import { realClock } from "../peer/real-clock.ts";
import type { Session, SessionOptions, TabReport } from "./session-types.ts";
import { createPageLinks } from "./webrtc.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/** How often the page looks at its channels. */
const trafficMs = 1_000;

/** Starts this tab's peer: a worker in which it lives, and the page's WebRTC channels, which only a page can have. */
export function startSession(options: SessionOptions): Session {
  const self = drawPeerId();
  const listeners = new Set<(report: TabReport) => void>();
  const tell = (report: TabReport): void => {
    for (const listener of [...listeners]) listener(report);
  };
  let iceServers: IceServerList = [];
  const links = createPageLinks({
    self,
    clock: realClock,
    maxMessageBytes,
    // An observer dials its sponsor, who does not know it: the server vouches that both are in the room.
    accepts: () => true,
    iceServers: () => iceServers,
  });
  const { port1, port2 } = new MessageChannel();
  const closeLinks = servePort(links, port1);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "copse peer" });
  const post = (message: ToWorker, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);
  const timer = setInterval(() => void links.traffic().then((traffic) => tell({ type: "traffic", links: traffic })), trafficMs);

  const end = (): void => {
    clearInterval(timer);
    worker.terminate();
    closeLinks();
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>): void => {
    if (data.type === "report") tell(data.report);
    else if (data.type === "ice") iceServers = iceServerList(data.servers);
    else end();
  };
  worker.onerror = (event): void => tell({ type: "refused", reason: `the peer's worker failed: ${event.message}` });

  const { serverUrl, room, config, label = labelOf(navigator.userAgent) } = options;
  post({ type: "start", self, serverUrl, room, label, config, port: port2 }, [port2]);
  return {
    onReport(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    control: (running) => post({ type: "control", running }),
    leave: () => post({ type: "leave" }),
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
