import { LinkError, type Links, type Loss, type PeerId } from "../../../shared/base/transport.ts";
import { type Port, transferable } from "./port.ts";
import { type ToPage, type ToWorker, toPageSchema } from "./port-messages.ts";

export interface ServePortOptions {
  /**
   * Bytes of a peer's messages that may wait for the worker. A data channel cannot be paused, so beyond this the link to a
   * peer that sends faster than the worker works is closed.
   */
  readonly maxUnheardBytes?: number;
}

const defaultMaxUnheardBytes = 64 * 1024 * 1024;

/**
 * The page's end of the bridge: does with `links` what the worker at the other end of `port` asks, and passes on their events.
 * @returns what ends it: closes the links and the port
 */
export function servePort(links: Links, port: Port, options: ServePortOptions = {}): () => void {
  const { maxUnheardBytes = defaultMaxUnheardBytes } = options;
  const unheard = new Map<PeerId, number>();
  const post = (message: ToWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

  function lost(peer: PeerId, loss: Loss): void {
    unheard.delete(peer);
    post({ type: "lost", peer, loss });
  }

  links.onSignal((peer, signal) => post({ type: "signal", peer, signal }));
  links.onOpen((peer) => post({ type: "open", peer }));
  links.onLost(lost);
  links.onMessage((peer, message) => {
    const waiting = (unheard.get(peer) ?? 0) + message.byteLength;
    // One message is always let through: its size has a bound of its own.
    if (waiting > maxUnheardBytes && waiting > message.byteLength) {
      links.hangUp(peer);
      const reason = `${waiting} bytes came and were not taken up, expected at most ${maxUnheardBytes}`;
      return lost(peer, { kind: "broken", reason });
    }
    unheard.set(peer, waiting);
    const bytes = transferable(message);
    post({ type: "message", peer, bytes }, [bytes.buffer]);
  });

  async function send({ id, peer, bytes }: Extract<ToPage, { type: "send" }>): Promise<void> {
    try {
      await links.send(peer, bytes);
      post({ type: "sent", id, failure: null });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      post({ type: "sent", id, failure: { ours: !(error instanceof LinkError), message } });
    }
  }

  function act(message: ToPage): void {
    switch (message.type) {
      case "dial":
        return links.dial(message.peer, message.initiator);
      case "hangUp":
        links.hangUp(message.peer);
        unheard.delete(message.peer);
        return post({ type: "hungUp", peer: message.peer });
      case "signal":
        return links.signal(message.peer, message.signal);
      case "send":
        void send(message);
        return;
      case "heard":
        return heard(message.peer, message.byteLength);
      case "traffic":
        void links.traffic().then((traffic) => post({ type: "traffic", id: message.id, links: [...traffic] }));
        return;
      case "close":
        return stop();
    }
  }

  function heard(peer: PeerId, byteLength: number): void {
    const waiting = unheard.get(peer);
    if (waiting !== undefined) unheard.set(peer, Math.max(0, waiting - byteLength));
  }

  function receive({ data }: { readonly data: unknown }): void {
    act(toPageSchema.parse(data));
  }

  function stop(): void {
    port.removeEventListener("message", receive);
    links.close();
    port.close();
  }

  port.addEventListener("message", receive);
  port.start();
  return stop;
}
