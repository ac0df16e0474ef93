import { createPortLinks } from "../../client/rtc/port/port-links.ts";
import type { Links, PeerId } from "../../shared/base/transport.ts";
import { type TestNetwork, transportLaws } from "../../test/contract/transport-laws.ts";
import { broadcastPort, type JoinRequest, type RunReply, type RunRequest, tabsChannel } from "./wire.ts";

let channels = 0;

function nearLinks(request: JoinRequest): Links {
  const { port1, port2 } = new MessageChannel();
  self.postMessage(request, { transfer: [port1] });
  return createPortLinks(request.peer, port2);
}

async function farLinks(request: JoinRequest): Promise<Links> {
  channels += 1;
  const channel = `link ${channels}`;
  const tabs = new BroadcastChannel(tabsChannel);
  const ready = new Promise((resolve) => tabs.addEventListener("message", resolve, { once: true }));
  tabs.postMessage({ ...request, channel });
  await ready;
  tabs.close();
  return createPortLinks(request.peer, broadcastPort(channel));
}

/** The first peer's channels are on this worker's page, the second's in the other tab. */
function browserNetwork(): TestNetwork {
  const all: Links[] = [];
  return {
    async join(peer: PeerId, { openTimeoutMs = 10_000 } = {}) {
      const request: JoinRequest = { type: "join", peer, openTimeoutMs };
      const links = all.length === 0 ? nearLinks(request) : await farLinks(request);
      all.push(links);
      return links;
    },
    wait: (promise) => promise,
    async close() {
      for (const links of all) links.close();
    },
  };
}

async function run(name: string): Promise<string | null> {
  const network = browserNetwork();
  try {
    await transportLaws.find((law) => law.name === name)?.run(network);
    return null;
  } catch (error) {
    return String(error);
  } finally {
    await network.close();
  }
}

async function answer({ law }: RunRequest): Promise<void> {
  const reply: RunReply = { type: "ran", error: await run(law) };
  self.postMessage(reply);
}

self.addEventListener("message", ({ data }: MessageEvent<RunRequest>) => void answer(data));
