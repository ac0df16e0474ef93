import { openCheckpointSlot } from "../../client/browser/checkpoint-slots.ts";
import { type LawStore, lawStore } from "../../test/contract/checkpoint-store-laws.ts";
import type { Numbered, StoreReply, StoreRequest } from "./wire.ts";

let store: LawStore | null = null;

async function carryOut(request: StoreRequest): Promise<unknown> {
  if (request.method === "open") {
    const onSlot = (slot: string): void => reply({ slot });
    store = lawStore(await openCheckpointSlot(request.room, request.wanted, { onSlot }));
    return null;
  }
  if (request.method === "save") return store!.save(request.bytes);
  if (request.method === "takeBack") return store!.takeBack(request.usable);
  return store![request.method]();
}

function reply(answer: StoreReply): void {
  self.postMessage(answer);
}

self.addEventListener("message", ({ data: { id, request } }: MessageEvent<Numbered>) => {
  carryOut(request).then(
    (result) => reply({ id, result }),
    (error: unknown) => reply({ id, error: String(error) }),
  );
});
