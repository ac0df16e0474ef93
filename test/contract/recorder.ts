import type { Links, Loss, PeerId } from "../../shared/base/transport.ts";

/** What happened at one peer's links, in order. */
export interface Recorder {
  readonly messages: { readonly from: PeerId; readonly bytes: Uint8Array }[];
  readonly losses: { readonly peer: PeerId; readonly loss: Loss }[];
  readonly opens: PeerId[];
  /** Resolves once `condition` holds; it is asked now and after each event. */
  until(condition: () => boolean): Promise<void>;
}

/** Listens to everything (`messages: false` leaves messages to others). */
export function recorderOf(links: Links, options: { readonly messages: boolean } = { messages: true }): Recorder {
  const waiting = new Set<{ readonly condition: () => boolean; readonly resolve: () => void }>();
  const changed = (): void => {
    for (const one of waiting) {
      if (!one.condition()) continue;
      waiting.delete(one);
      one.resolve();
    }
  };
  const recorder: Recorder = {
    messages: [],
    losses: [],
    opens: [],
    until: (condition) =>
      new Promise((resolve) => {
        waiting.add({ condition, resolve });
        changed();
      }),
  };
  if (options.messages) {
    links.onMessage((from, bytes) => {
      recorder.messages.push({ from, bytes });
      changed();
    });
  }
  links.onLost((peer, loss) => {
    recorder.losses.push({ peer, loss });
    changed();
  });
  links.onOpen((peer) => {
    recorder.opens.push(peer);
    changed();
  });
  return recorder;
}
