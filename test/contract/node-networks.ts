import { realClock } from "../../client/base/real-clock.ts";
import { createNodeLinks } from "../../client/node/webrtc.ts";
import { createPortLinks } from "../../client/rtc/port/port-links.ts";
import { servePort } from "../../client/rtc/port/serve-port.ts";
import type { Links, PeerId } from "../../shared/base/transport.ts";
import { largestBytes, type TestNetwork } from "./transport-laws.ts";

/** Links over real WebRTC in this process, each as `wrap` makes it of the bare one. */
export function nodeNetwork(wrap: (links: Links) => Links = (links) => links): TestNetwork {
  const all: Links[] = [];
  return {
    async join(peer: PeerId, { openTimeoutMs = 10_000 } = {}) {
      const options = { self: peer, clock: realClock, iceServers: () => [], maxMessageBytes: largestBytes, openTimeoutMs };
      const links = wrap(createNodeLinks(options));
      all.push(links);
      return links;
    },
    wait: (promise) => promise,
    async close() {
      for (const links of all) links.close();
    },
  };
}

/** As a worker has them: through a port that the page serves. */
export function bridged(links: Links): Links {
  const { port1, port2 } = new MessageChannel();
  servePort(links, port1);
  return createPortLinks(links.self, port2);
}
