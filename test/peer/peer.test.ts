import { expect, it } from "vitest";
import { peerOnALine } from "../support/peer-on-a-line.ts";

it("a second welcome, after a reconnection while the trainer is made, starts no second run", async () => {
  const { clock, heard, reports, welcome, connect, made } = peerOnALine();
  connect(true);
  welcome();
  await clock.advance(1_000);
  connect(false);
  connect(true);
  welcome();
  await clock.advance(10_000);
  expect(made()).toBe(1);
  expect(reports.filter(({ type }) => type === "joined")).toHaveLength(1);
  expect(heard.map(({ kind }) => kind)).toEqual(["hello", "hello", "ready", "ready"]);
});

it("a peer that is closed while its trainer is made says nothing more", async () => {
  const { clock, peer, heard, reports, welcome, connect } = peerOnALine();
  connect(true);
  welcome();
  peer.close();
  await clock.advance(10_000);
  expect(heard.map(({ kind }) => kind)).toEqual(["hello", "leave"]);
  expect(reports.map(({ type }) => type)).toEqual(["connection"]);
});

it("a model whose snapshot would not fit a message is refused with both numbers", async () => {
  const { clock, reports, welcome, connect } = peerOnALine({ dimension: 16 * 1024 * 1024 });
  connect(true);
  welcome();
  await clock.advance(10_000);
  expect(reports.at(-1)).toMatchObject({
    type: "refused",
    reason: expect.stringMatching(/fits 67108864 bytes, got one of 67109888/),
  });
});

it("a peer that is asked to hold back says so until it has a newer roster", async () => {
  const { clock, heard, welcome, connect, roster, peer, ask } = peerOnALine();
  connect(true);
  welcome();
  await clock.advance(6_000);
  roster(1, 0);
  await clock.advance(200);
  const last = () => heard.findLast((message) => message.kind === "ready");
  ask([1, 1]);
  expect(last()?.promise).toEqual([1, 1]);
  await clock.advance(50);
  const { round } = peer.tip!;
  await clock.advance(10_000);
  expect(peer.tip!.round).toBe(round);
  roster(2, 0);
  await clock.advance(200);
  expect(peer.tip!.round).toBeGreaterThan(round);
  ask([1, 1]);
  expect(last()?.promise).toBeUndefined();
});

it("a peer reports who paused the run, and nobody once it goes on", async () => {
  const { clock, reports, welcome, connect, roster, paused } = peerOnALine();
  connect(true);
  welcome();
  await clock.advance(6_000);
  const by = { peer: "1".padStart(16, "0"), label: "Ann", seat: 1 };
  roster(1, 1);
  paused(by);
  roster(2, 1, { running: false });
  roster(3, 1);
  const told = reports.filter((report) => report.type === "roster");
  expect(told.map(({ running, pausedBy }) => [running, pausedBy])).toEqual([
    [true, null],
    [false, by],
    [true, null],
  ]);
});
