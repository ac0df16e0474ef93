import "./zod-without-eval.ts";
import type { Peer } from "../../shared/training/peer.ts";
import { createPortLinks } from "../peer/port/port-links.ts";
import { startPeer } from "../peer/start-peer.ts";
import { browserBackends } from "./tensorflow.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/**
 * The dedicated worker in which a tab's whole peer lives: rounds, training, signaling. A hidden page's timers are
 * throttled, a worker's are not; and training here never freezes the page.
 */
let peer: Promise<Peer> | null = null;

const tell = (message: FromWorker): void => self.postMessage(message);

async function start({ self: id, serverUrl, room, label, config, port }: Extract<ToWorker, { type: "start" }>): Promise<Peer> {
  return startPeer({
    serverUrl,
    room,
    label,
    config,
    links: createPortLinks(id, port),
    backends: browserBackends(),
    onIceServers: (servers) => tell({ type: "ice", servers }),
    report: (report) => tell({ type: "report", report }),
  });
}

async function act(message: ToWorker): Promise<void> {
  if (message.type === "start") peer = start(message);
  const started = await peer;
  if (message.type === "control") started?.control(message.running);
  if (message.type === "leave") {
    started?.close();
    tell({ type: "left" });
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  act(data).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    tell({ type: "report", report: { type: "refused", reason } });
  });
};
