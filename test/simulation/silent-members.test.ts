import { describe, expect, it } from "vitest";
import { deadlineMs } from "../../shared/peer/deadline.ts";
import { worldOf } from "../support/world.ts";

/** What a round takes in these worlds at most, its deadline apart: a question, its answers, and the next roster's sum. */
const recoveryMs = 5_000;

describe("a member that sleeps behind a socket that lives", () => {
  it.each([
    [2, 0],
    [3, 0],
    [5, 1],
    [8, 0],
    [8, 1],
    [15, 0],
  ])(
    "of %i peers, at position %i, costs the others five seconds beyond the deadline, and counts again when it wakes",
    async (peers, position) => {
      const { world, clock, until } = await worldOf(peers);
      const sleeper = [...world.simulatedPeers.values()].find((simulated) => simulated.position === position)!;
      const others = [...world.simulatedPeers.values()].filter((simulated) => simulated !== sleeper);
      const newest = (): number => Math.max(...others.map(({ peer }) => peer.tip!.round));
      sleeper.gate.freeze();
      // Half of a roster keeps its place for a moment more, should it be the server's network that failed.
      const rejoinMs = peers === 2 ? 6_000 : 0;
      await clock.advance(deadlineMs("heap", 0, peers, 500) + rejoinMs);
      const before = newest();
      await clock.advance(recoveryMs);
      expect(newest()).toBeGreaterThan(before);
      sleeper.gate.thaw();
      await until(() => others.every(({ roster }) => roster.length === peers));
      const again = newest();
      await until(() => sleeper.peer.tip!.round > again + 1);
      expect(new Set([...world.simulatedPeers.values()].map(({ refused }) => refused))).toEqual(new Set([null]));
    },
  );
});
