import { WireError } from "../../base/wire-error.ts";
import type { Replica } from "../../replica/replica.ts";
import { noBytes } from "../../wire/byte-breakdown.ts";
import type { Codec } from "../../wire/message-code.ts";
import type { PeerMessage } from "../../wire/messages.ts";
import type { Passage } from "./passage.ts";
import { zeroBytes } from "./zeros.ts";

/** Where the codec is used: what the trace says there, and the replica. */
interface Surroundings {
  passage(): Passage;
  replica(): Replica;
}

/** A codec that reads no bytes and writes none: what a message says, and how long it is, is what the trace says. */
export function tokenCodec({ passage, replica }: Surroundings): Codec {
  const sizeOf = (message: PeerMessage): number => {
    if (message.kind === "snapshot") return passage().offeredBytes;
    // Of a commit's totals the last stands for all.
    return message.kind === "down" && message.hash !== null ? passage().totalsBytes : 0;
  };
  const encodeMeasured: Codec["encodeMeasured"] = (message) => ({ bytes: zeroBytes(sizeOf(message)), breakdown: noBytes });
  return {
    encodeMeasured,
    encode: (message) => encodeMeasured(message).bytes,
    decode() {
      const { message } = passage();
      if (message === "unreadable") throw new WireError("expected a message, got what could not be read");
      if (typeof message !== "string") return message;
      const { tip, previous, parameters, replicated } = replica();
      // A snapshot of no greater chain is of no use, whatever is in it.
      const round = tip.round + (message === "forged" ? 1 : 0);
      return { kind: "snapshot", version: tip.version, tip: { ...tip, round }, previous, headers: [], parameters, replicated };
    },
  };
}
