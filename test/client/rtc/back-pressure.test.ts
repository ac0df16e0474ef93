import wrtc from "@roamhq/wrtc";
import SimplePeer from "simple-peer";
import { expect, it } from "vitest";
import { realClock } from "../../../client/base/real-clock.ts";
import type { CreateSimplePeer, SimplePeer as PeerInside } from "../../../client/rtc/simple-peer.ts";
import { createWebrtcLinks } from "../../../client/rtc/webrtc-links.ts";
import type { Links } from "../../../shared/base/transport.ts";
import { recorderOf } from "../../contract/recorder.ts";

const size = 64_000_000;

it("64 MB cross a channel intact while less than 1 MiB is ever buffered", async () => {
  let most = 0;
  let samples = 0;
  const createPeer: CreateSimplePeer = (options) => {
    const peer = new SimplePeer({ ...options, wrtc }) as SimplePeer.Instance & PeerInside;
    const channel = peer._channel!;
    const send = channel.send.bind(channel);
    channel.send = (frame) => {
      send(frame);
      samples += 1;
      most = Math.max(most, channel.bufferedAmount);
    };
    return peer;
  };
  const links = (self: string): Links =>
    createWebrtcLinks({ self, clock: realClock, iceServers: () => [], maxMessageBytes: size }, createPeer);
  const [a, b] = [links("0000000000000001"), links("0000000000000002")] as const;
  try {
    a.onSignal((_, data) => b.signal(a.self, data));
    b.onSignal((_, data) => a.signal(b.self, data));
    const [open, seen] = [recorderOf(a), recorderOf(b)];
    a.dial(b.self, true);
    b.dial(a.self, false);
    await open.until(() => open.opens.length === 1);
    const words = Uint32Array.from({ length: size / 4 }, (_, i) => Math.imul(i, 2_654_435_761));
    await a.send(b.self, new Uint8Array(words.buffer.slice(0)));
    await seen.until(() => seen.messages.length === 1);
    expect(Buffer.compare(seen.messages[0]!.bytes, new Uint8Array(words.buffer))).toBe(0);
    expect(samples).toBeGreaterThan(3_900);
    expect(most).toBeLessThan(2 ** 20);
  } finally {
    a.close();
    b.close();
  }
});
