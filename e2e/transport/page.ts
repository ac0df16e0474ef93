import { realClock } from "../../client/base/real-clock.ts";
import { createPageLinks } from "../../client/browser/webrtc.ts";
import type { Port } from "../../client/rtc/port/port.ts";
import { servePort } from "../../client/rtc/port/serve-port.ts";
import { largestBytes } from "../../test/contract/transport-laws.ts";
import { broadcastPort, type JoinRequest, type RunReply, type RunRequest, tabsChannel } from "./wire.ts";

function serve({ peer, openTimeoutMs }: JoinRequest, port: Port): void {
  const options = { self: peer, clock: realClock, iceServers: () => [], maxMessageBytes: largestBytes, openTimeoutMs };
  servePort(createPageLinks(options), port);
}

/** This tab's links are served to the other tab's worker. */
function serveOtherTab(): void {
  const tabs = new BroadcastChannel(tabsChannel);
  tabs.addEventListener("message", ({ data }: MessageEvent<JoinRequest & { channel: string }>) => {
    serve(data, broadcastPort(data.channel));
    tabs.postMessage(data.channel);
  });
}

function startWorker(): void {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let finished = (_error: string | null): void => {};
  worker.addEventListener("message", ({ data, ports }: MessageEvent<JoinRequest | RunReply>) => {
    if (data.type === "join") serve(data, ports[0]!);
    else finished(data.error);
  });
  globalThis.runLaw = (law) =>
    new Promise((resolve) => {
      finished = resolve;
      const request: RunRequest = { type: "run", law };
      worker.postMessage(request);
    });
}

if (location.search === "?far") serveOtherTab();
else startWorker();
document.title = "ready";
