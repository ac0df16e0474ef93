import { LinkError, type Links, type LinkTraffic, type Loss, type PeerId, type Signal } from "../../../shared/base/transport.ts";
import { createInbox } from "../../../shared/links/inbox.ts";
import { createListeners } from "../../../shared/links/listeners.ts";
import { type Port, transferable } from "./port.ts";
import { type ToPage, type ToWorker, toWorkerSchema } from "./port-messages.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The worker's end of the bridge: the links of the page at the other end of `port`. The bytes of a message are transferred: their
 * buffer is empty as soon as `send` is called. The page bounds the bytes that wait for the worker.
 */
export function createPortLinks(self: PeerId, port: Port): Links {
  const post = (message: ToPage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const inbox = createInbox(Number.POSITIVE_INFINITY, (peer, byteLength) => post({ type: "heard", peer, byteLength }));
  const signalled = createListeners<[PeerId, Signal]>();
  const opened = createListeners<[PeerId]>();
  const lost = createListeners<[PeerId, Loss]>();
  const sends = new Map<number, Waiting>();
  const questions = new Map<number, (links: readonly LinkTraffic[]) => void>();
  /** Hang-ups that the page has not confirmed: until it does, what it says of these peers is about links that are closed. */
  const hangingUp = new Map<PeerId, number>();
  let lastId = 0;
  let closed = false;

  function hear(message: ToWorker): void {
    switch (message.type) {
      case "hungUp": {
        const left = (hangingUp.get(message.peer) ?? 1) - 1;
        if (left === 0) hangingUp.delete(message.peer);
        else hangingUp.set(message.peer, left);
        return;
      }
      case "sent":
        return settle(message.id, message.failure);
      case "traffic":
        questions.get(message.id)?.(message.links);
        questions.delete(message.id);
        return;
      default:
        if (!hangingUp.has(message.peer)) hearOfPeer(message);
    }
  }

  function hearOfPeer(message: Extract<ToWorker, { type: "signal" | "open" | "message" | "lost" }>): void {
    const { peer } = message;
    switch (message.type) {
      case "signal":
        return signalled.emit(peer, message.signal);
      case "open":
        return opened.emit(peer);
      case "message":
        if (!inbox.deliver(peer, message.bytes)) {
          hangUp(peer);
          lost.emit(peer, { kind: "broken", reason: "too many messages came before anybody listened" });
        }
        return;
      case "lost":
        return lost.emit(peer, message.loss);
    }
  }

  function settle(id: number, failure: { readonly ours: boolean; readonly message: string } | null): void {
    const waiting = sends.get(id);
    sends.delete(id);
    if (failure === null) waiting?.resolve();
    else waiting?.reject(failure.ours ? new RangeError(failure.message) : new LinkError(failure.message));
  }

  function hangUp(peer: PeerId): void {
    if (closed) return;
    hangingUp.set(peer, (hangingUp.get(peer) ?? 0) + 1);
    post({ type: "hangUp", peer });
  }

  function receive({ data }: { readonly data: unknown }): void {
    if (!closed) hear(toWorkerSchema.parse(data));
  }

  port.addEventListener("message", receive);
  port.start();

  return {
    self,
    dial(peer, initiator) {
      if (!closed) post({ type: "dial", peer, initiator });
    },
    hangUp,
    signal(peer, signal) {
      if (!closed) post({ type: "signal", peer, signal });
    },
    send(peer, message) {
      if (closed) return Promise.reject(new LinkError("these links are closed"));
      return new Promise((resolve, reject) => {
        lastId += 1;
        sends.set(lastId, { resolve, reject });
        const bytes = transferable(message);
        post({ type: "send", id: lastId, peer, bytes }, [bytes.buffer]);
      });
    },
    onMessage: inbox.onMessage,
    onLost: lost.add,
    onSignal: signalled.add,
    onOpen: opened.add,
    traffic() {
      if (closed) return Promise.resolve([]);
      return new Promise((resolve) => {
        lastId += 1;
        questions.set(lastId, resolve);
        post({ type: "traffic", id: lastId });
      });
    },
    close() {
      if (closed) return;
      closed = true;
      post({ type: "close" });
      for (const { reject } of sends.values()) reject(new LinkError("these links were closed"));
      for (const answer of questions.values()) answer([]);
      sends.clear();
      questions.clear();
      inbox.close();
      signalled.clear();
      opened.clear();
      lost.clear();
      port.removeEventListener("message", receive);
    },
  };
}
