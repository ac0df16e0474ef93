import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { peerOnALine } from "../support/peer-on-a-line.ts";

const hasher = await createHasher();

it("a peer refuses a room whose options it does not understand, and names the first of them", async () => {
  const run = JSON.stringify({ protocol: 2, ...defaultConfig, colour: "red" });
  const peer = peerOnALine({ description: { tree: "heap", startAt: 2, run, digest: hasher(run) } });
  peer.connect(true);
  peer.welcome();
  await peer.clock.advance(10_000);
  const release = "this room's run is of another release of Copse, or of another program";
  expect(peer.reports.at(-1)).toEqual({
    type: "refused",
    reason: `${release}: expected only fields that there are, got "colour"`,
  });
  expect(peer.made()).toBe(0);
});

it("a peer that insists on another run than the room's names the fields that differ", () => {
  const peer = peerOnALine({ config: { ...defaultConfig, rate: 0.1 } });
  peer.connect(true);
  peer.refuseFor(defaultConfig);
  expect(peer.reports.at(-1)).toEqual({
    type: "refused",
    reason: "this room trains another configuration: rate: the room has 0.3, this peer asked for 0.1",
  });
});

it("a peer without settings says which run it would begin, and insists on none", () => {
  const peer = peerOnALine();
  peer.connect(true);
  expect(peer.heard[0]).toMatchObject({ kind: "hello", insists: false, description: { tree: "heap", startAt: 2 } });
});
