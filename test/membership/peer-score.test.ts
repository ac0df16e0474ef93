import { describe, expect, it } from "vitest";
import { type Misbehavior, PeerScore } from "../../shared/membership/peer-score.ts";

const peer = "a".repeat(16);
const other = "b".repeat(16);

function listener() {
  const complaints: string[] = [];
  const score = new PeerScore();
  const complain = (of: string, reason: string | null): void => {
    if (reason !== null) complaints.push(`${of === peer ? "peer" : "other"}: ${reason}`);
  };
  const hear = (from: string, misbehavior: Misbehavior): void => complain(from, score.hear(from, misbehavior));
  const moved = (): void => {
    const found = score.moved();
    if (found !== null) complain(found.peer, found.reason);
  };
  const times = (count: number, say: () => void): void => {
    for (let i = 0; i < count; i += 1) say();
  };
  return { score, hear, moved, complaints, times };
}

describe("a neighbor", () => {
  it("whose eighth message cannot be read is complained about, once, and not heard until the next roster", () => {
    const { score, hear, complaints, times } = listener();
    times(7, () => hear(peer, "garbled"));
    times(7, () => hear(other, "garbled"));
    expect(score.isMuted(peer)).toBe(false);
    times(5, () => hear(peer, "garbled"));
    expect(complaints).toEqual(["peer: what it sends cannot be read"]);
    expect([peer, other].map((one) => score.isMuted(one))).toEqual([true, false]);
    score.adopt(() => true);
    expect(score.isMuted(peer)).toBe(false);
    hear(peer, "garbled");
    expect(score.isMuted(peer)).toBe(true);
  });

  it("may send 63 totals that do not fit while the chain stands still, and as many again once it has moved", () => {
    const { hear, moved, complaints, times } = listener();
    times(63, () => hear(peer, "unfit"));
    moved();
    times(63, () => hear(peer, "unfit"));
    expect(complaints).toEqual([]);
    hear(peer, "unfit");
    expect(complaints).toEqual(["peer: its totals do not fit the rounds before them"]);
  });

  it("whose totals give other hashes than it says is complained about once this peer has a replica for the third time", () => {
    const { hear, moved, complaints, times } = listener();
    times(2, () => {
      hear(peer, "contradiction");
      moved();
    });
    hear(peer, "contradiction");
    expect(complaints).toEqual([]);
    moved();
    expect(complaints).toEqual(["peer: its totals do not give the hashes that it says"]);
  });

  it("whose second snapshot is not what it says is complained about", () => {
    const { hear, moved, complaints } = listener();
    hear(peer, "forged");
    moved();
    expect(complaints).toEqual([]);
    hear(peer, "forged");
    expect(complaints).toEqual(["peer: the snapshots that it gives are not what it says"]);
  });

  it("that is one no more is forgotten with what it said", () => {
    const { score, hear, complaints, times } = listener();
    times(7, () => hear(peer, "garbled"));
    score.adopt((one) => one !== peer);
    times(7, () => hear(peer, "garbled"));
    expect(complaints).toEqual([]);
  });
});
