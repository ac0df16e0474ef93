import { describe, expect, it } from "vitest";
import { createPlaceLog } from "../../shared/peer/place-log.ts";
import type { RosterMessage } from "../../shared/signaling/protocol/messages.ts";

const roster = (counter: number, peers: readonly string[], running = true): RosterMessage => ({
  ...{ kind: "roster", version: [1, counter], running, observers: 0, donor: null },
  members: peers.map((peer, seat) => ({ peer, label: "", seat })),
});

describe("what a peer remembers of its rosters", () => {
  it("is where it stood in each that ran, from a version on, oldest first", () => {
    const log = createPlaceLog("b");
    for (const told of [roster(1, ["a"], false), roster(2, ["a"]), roster(3, ["a", "b"]), roster(4, ["b", "a", "c"])])
      log.note(told);
    // Another donor under the same roster.
    log.note({ ...roster(4, ["b", "a", "c"]), donor: "a" });
    expect(log.since([0, 0])).toEqual([
      { version: [1, 2], position: null, members: 1 },
      { version: [1, 3], position: 1, members: 2 },
      { version: [1, 4], position: 0, members: 3 },
    ]);
    expect(log.since([1, 4])).toHaveLength(1);
  });

  it("is bounded, however many go by without a commit", () => {
    const log = createPlaceLog("a");
    for (let counter = 1; counter <= 100; counter += 1) log.note(roster(counter, ["a"]));
    expect(log.since([0, 0])).toHaveLength(16);
    expect(log.since([0, 0]).at(-1)?.version).toEqual([1, 100]);
  });
});
