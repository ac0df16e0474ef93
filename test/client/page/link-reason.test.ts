import { describe, expect, it } from "vitest";
import { linkReason } from "../../../client/page/state/link-reason.ts";
import { failureText, lossText } from "../../../client/rtc/failure-text.ts";

const progress = { ice: "failed", gathering: "complete", sent: 4, received: 4, iceServers: [], relayOnly: false, isMade: true };

describe("the reason why a link is not open", () => {
  it.each([
    ["Connection failed.", "Connection failed"],
    ["Ice connection closed.", "Ice connection closed"],
    ["User-Initiated Abort, reason=Close called", "User-Initiated Abort, reason=Close called"],
    ["Failure (sctp)", "Failure sctp"],
  ])("keeps the platform's “%s” out of the sentence", (said, detail) => {
    const lost = linkReason(lossText(said));
    expect(lost.detail).toBe(detail);
    expect(lost.sentence).not.toContain(detail);
    const unopened = linkReason(failureText({ ...progress, said }));
    expect(unopened.detail).toBe(`ICE failed, gathering complete; 4 signals sent, 4 received; ${detail}`);
    expect(unopened.sentence).toMatch(/ask whoever hosts the room for a relay \(copse serve --ice turn:[^)]+\)$/);
  });

  it("is one sentence where the platform said nothing", () => {
    expect(linkReason(lossText(undefined))).toEqual({
      sentence: "the other side closed the connection: it left, or was loaded again",
      detail: null,
    });
  });
});
