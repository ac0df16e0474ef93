import wrtc from "@roamhq/wrtc";
import { realClock } from "../../client/base/real-clock.ts";
import { createNodeLinks } from "../../client/node/webrtc.ts";
import type { Links } from "../../shared/base/transport.ts";
import { windowBytes } from "../../shared/links/frame-pump.ts";
import { frameBytes } from "../../shared/wire/frames.ts";

/** One message of Copse, and the same bytes over a bare channel that is kept full, in one run. */
interface TransferRow {
  readonly type: "transfer";
  readonly bytes: number;
  readonly runs: number;
  /** Median time. */
  readonly milliseconds: number;
  readonly bareMilliseconds: number;
  /** Speed of Copse's links as a fraction of the bare channel's. */
  readonly ratio: number;
}

/** Carries `bytes` once; resolves when all have arrived. */
interface Carrier {
  carry(bytes: number): Promise<void>;
  close(): void;
}

/** Sends messages of this size over WebRTC between two peers of this process, in turn with and without Copse's links. */
async function measureTransfer(bytes: number, runs: number): Promise<TransferRow> {
  const [ours, bare] = await Promise.all([linkCarrier(), bareCarrier()]);
  const times = { ours: [] as number[], bare: [] as number[] };
  try {
    // The first run of each is not counted: SCTP's window grows.
    for (let run = 0; run <= runs; run += 1) {
      const oursMs = await millisecondsOf(() => ours.carry(bytes));
      const bareMs = await millisecondsOf(() => bare.carry(bytes));
      if (run === 0) continue;
      times.ours.push(oursMs);
      times.bare.push(bareMs);
    }
  } finally {
    ours.close();
    bare.close();
  }
  const milliseconds = median(times.ours);
  const bareMilliseconds = median(times.bare);
  return { type: "transfer", bytes, runs, milliseconds, bareMilliseconds, ratio: bareMilliseconds / milliseconds };
}

/** Messages of 1, 8 and 32 MiB. */
export async function* transferRows({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<TransferRow> {
  for (const mebibytes of isQuick ? [1] : [1, 8, 32]) yield await measureTransfer(mebibytes * 2 ** 20, isQuick ? 3 : 9);
}

async function linkCarrier(): Promise<Carrier> {
  const maxMessageBytes = 2 ** 30;
  const create = (self: string): Links =>
    createNodeLinks({ self, clock: realClock, iceServers: () => [], maxMessageBytes, openTimeoutMs: 10_000 });
  const [from, to] = [create("00000000000000aa"), create("00000000000000bb")];
  from.onSignal((_peer, data) => to.signal(from.self, data));
  to.onSignal((_peer, data) => from.signal(to.self, data));
  const opened = Promise.all([from, to].map((links) => new Promise<void>((resolve) => void links.onOpen(() => resolve()))));
  to.dial(from.self, false);
  from.dial(to.self, true);
  await opened;
  return {
    carry(bytes) {
      const arrived = new Promise<void>((resolve) => {
        const stop = to.onMessage(() => {
          stop();
          resolve();
        });
      });
      void from.send(to.self, new Uint8Array(bytes));
      return arrived;
    },
    close() {
      from.close();
      to.close();
    },
  };
}

/** Frames of the same size below the same window, and nothing else: the speed of the channel itself. */
async function bareCarrier(): Promise<Carrier> {
  const [from, to] = [new wrtc.RTCPeerConnection(), new wrtc.RTCPeerConnection()];
  from.onicecandidate = ({ candidate }) => void (candidate !== null && to.addIceCandidate(candidate));
  to.onicecandidate = ({ candidate }) => void (candidate !== null && from.addIceCandidate(candidate));
  const [sender, receiver] = [from, to].map((connection) => connection.createDataChannel("bare", { negotiated: true, id: 0 }));
  receiver!.binaryType = "arraybuffer";
  const opened = Promise.all(
    [sender!, receiver!].map((channel) => new Promise<void>((resolve) => (channel.onopen = () => resolve()))),
  );
  await from.setLocalDescription(await from.createOffer());
  await to.setRemoteDescription(from.localDescription!);
  await to.setLocalDescription(await to.createAnswer());
  await from.setRemoteDescription(to.localDescription!);
  await opened;
  const frame = new Uint8Array(frameBytes);
  return {
    carry(bytes) {
      let left = bytes;
      let missing = bytes;
      const fill = (): void => {
        while (left > 0 && sender!.bufferedAmount + frameBytes <= windowBytes) {
          const size = Math.min(frameBytes, left);
          sender!.send(frame.subarray(0, size));
          left -= size;
        }
        if (left > 0) setImmediate(fill);
      };
      return new Promise((resolve) => {
        receiver!.onmessage = ({ data }) => {
          missing -= (data as ArrayBuffer).byteLength;
          if (missing === 0) resolve();
        };
        fill();
      });
    },
    close() {
      from.close();
      to.close();
    },
  };
}

async function millisecondsOf(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
