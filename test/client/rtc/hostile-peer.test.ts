import wrtc from "@roamhq/wrtc";
import SimplePeer from "simple-peer";
import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../../client/base/real-clock.ts";
import { createNodeLinks } from "../../../client/node/webrtc.ts";
import type { SimplePeer as PeerInside } from "../../../client/rtc/simple-peer.ts";
import type { Links } from "../../../shared/base/transport.ts";
import { openEnvelope, sealEnvelope } from "../../../shared/links/envelope.ts";
import { recorderOf } from "../../contract/recorder.ts";

const stranger = "0000000000000009";
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function links(maxMessageBytes = 100_000): Links {
  const made = createNodeLinks({
    self: "000000000000000a",
    clock: realClock,
    iceServers: () => [],
    maxMessageBytes,
    openTimeoutMs: 2_000,
    accepts: (peer) => peer === stranger,
  });
  ends.push(() => made.close());
  return made;
}

/** A peer that speaks WebRTC but not our frames: what it sends is up to the test. */
async function openTo(honest: Links): Promise<(data: Uint8Array<ArrayBuffer>) => void> {
  const peer = new SimplePeer({
    initiator: true,
    wrtc,
    channelName: "copse",
    channelConfig: { negotiated: true, id: 0 },
    config: { iceServers: [] },
  }) as SimplePeer.Instance & PeerInside;
  ends.push(() => peer.destroy());
  peer.on("error", () => {});
  let first = true;
  peer.on("signal", (data) => {
    honest.signal(stranger, sealEnvelope({ session: 1, from: "initiator", first, data }));
    first = false;
  });
  honest.onSignal((_, signal) => peer.signal(openEnvelope(signal)!.data as SimplePeer.SignalData));
  await new Promise<void>((resolve) => peer._channel!.addEventListener("open", resolve));
  return (data) => peer._channel!.send(data);
}

describe("a hostile peer", () => {
  it.each([
    ["a message behind a 0 that it does not need", Uint8Array.of(0, 9, 9)],
    ["an empty message", Uint8Array.of(0)],
    ["the start of a message that is longer than allowed", Uint8Array.of(1, 255, 255, 255, 255, 7)],
    ["a frame of more than 16 KiB", new Uint8Array(20_000)],
  ])("that sends %s loses its link as broken, and no more", async (_, data) => {
    const honest = links();
    const seen = recorderOf(honest);
    const send = await openTo(honest);
    send(data);
    await seen.until(() => seen.losses.length === 1);
    expect(seen.losses[0]!.peer).toBe(stranger);
    expect(seen.losses[0]!.loss.kind).toBe("broken");
    expect(seen.losses[0]!.loss.reason).toMatch(/^expected/);
    expect(await honest.traffic()).toEqual([]);
  });

  it("that floods a peer nobody of which listens yet is cut off", async () => {
    const honest = links();
    const seen = recorderOf(honest, { messages: false });
    const send = await openTo(honest);
    for (let i = 0; i < 1_100; i += 1) send(Uint8Array.of(0, 1));
    await seen.until(() => seen.losses.length === 1);
    expect(seen.losses[0]!.loss).toMatchObject({ kind: "broken", reason: expect.stringContaining("nobody listened") });
  });

  it.each([
    ["no description", { type: "offer" }],
    ["a description that is none", { type: "offer", sdp: "nonsense" }],
    ["an answer where an offer is due", { type: "answer", sdp: "v=0" }],
    ["a request to negotiate anew", { type: "renegotiate", renegotiate: true }],
    ["a request for a transceiver", { type: "transceiverRequest", transceiverRequest: { kind: "video" } }],
    ["a candidate without a place", { type: "candidate", candidate: { candidate: "", sdpMLineIndex: null, sdpMid: null } }],
  ])("that signals %s gets no link, and harms nothing", async (_, data) => {
    const honest = links();
    const seen = recorderOf(honest);
    honest.signal(stranger, sealEnvelope({ session: 1, from: "initiator", first: true, data }));
    await seen.until(() => seen.losses.length === 1);
    expect(seen.losses[0]!.peer).toBe(stranger);
    expect(["broken", "unopened"]).toContain(seen.losses[0]!.loss.kind);
  });
});
