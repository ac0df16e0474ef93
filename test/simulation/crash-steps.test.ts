import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { deadlineMs } from "../../shared/peer/deadline.ts";
import { crashPeers, crashSteps, playCrash } from "../../shared/simulation/chaos/crash-steps.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();

/** The root's deadline once a newcomer is in, of peers that train for at most half a second. */
const deadline = deadlineMs("heap", 0, crashPeers + 1, 500);

describe.each([
  { noticeMs: 100, losesSent: true },
  { noticeMs: 10_000, losesSent: false },
])("a crash that is noticed after $noticeMs ms", ({ noticeMs, losesSent }) => {
  // Who goes on under an old roster waits for the one that is gone until its deadline; without a root nobody decides.
  it.each(crashSteps)(
    "of the $role that $step costs a deadline at most, and without a root the time until it is noticed",
    async (step) => {
      const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
      const { maxGapMs, usualGapMs, audit, left } = await playCrash(step, { seed: 3, clock, hasher, noticeMs, losesSent });
      expect(audit).toEqual({
        isOneChain: true,
        divergences: [],
        doubleCounts: 0,
        untruthful: [],
        conservationError: 0,
        unknown: 0,
      });
      expect(left).toBe(step.role === "newcomer" ? crashPeers : crashPeers - 1);
      expect(maxGapMs).toBeLessThan(deadline + usualGapMs + (step.role === "root" ? noticeMs : 0));
    },
  );
});
