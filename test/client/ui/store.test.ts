import { describe, expect, it } from "vitest";
import type { TabReport } from "../../../client/browser/session-types.ts";
import { hashOf, initialState, type RoomEvent, type RoomState, reduce } from "../../../client/browser/store.ts";
import { announcement, phaseOf, stateInWords } from "../../../client/browser/ui/words.ts";
import { defaultConfig } from "../../../shared/training/config.ts";
import type { LinkReport, RoundReport } from "../../../shared/training/report.ts";

const self = "a".repeat(16);
const other = "b".repeat(16);
const third = "c".repeat(16);
const joined: TabReport = { type: "joined", self, seat: 0, config: defaultConfig, parameters: 50_890 };

function roster(peers: readonly string[], options: { running?: boolean; position?: number | null } = {}): TabReport {
  const members = peers.map((peer, seat) => ({ peer, label: "tab · wasm", seat }));
  const { running = false, position = 0 } = options;
  return { type: "roster", version: [1, 1], members, observers: 0, running, position };
}

function round(number: number, changes: Partial<RoundReport> = {}): RoundReport {
  return {
    type: "round",
    round: number,
    hash: String(number).padStart(32, "0"),
    members: 2,
    contributors: 2,
    counted: true,
    trainingLoss: 1,
    loss: 2,
    accuracy: 0.5,
    bytesSent: 100,
    payload: { index: 20, value: 60, other: 10 },
    wireBytesSent: null,
    alpha: 0.5,
    bytesReceived: 200,
    denseBytes: 10_000,
    seconds: 0.5,
    ...changes,
  };
}

const stateAfter = (...events: readonly RoomEvent[]): RoomState => events.reduce(reduce, initialState);
const link = (peer: string, state: LinkReport["state"]): TabReport => {
  return { type: "link", peer, state, isSpare: false, path: null, rttMs: null, attempts: 0, reason: null };
};
const lost = (peer: string): TabReport => ({ type: "lost", peer, loss: { kind: "closed", reason: "it closed." } });

describe("the state of a room", () => {
  it("says in words where the run stands, from the first connection to the end", () => {
    const story: readonly [RoomEvent, string][] = [
      [{ type: "connection", connected: true }, "Finding the signaling server"],
      [joined, "Joining the room"],
      [roster([other], { position: null }), "Observer: waiting to be let into the tree"],
      [link(other, "dialling"), "Observer: fetching the model from 0 (tab · wasm)"],
      [roster([self]), "Waiting for a second tab: open this link in another tab"],
      [roster([self, other], { running: true }), "Training round 1"],
      [round(1), "Training round 2"],
      [roster([self, other]), "Paused"],
      [{ type: "finished", round: 2, hash: "f".repeat(32) }, "Finished after 2 rounds"],
      [{ type: "left" }, "You have left the room"],
    ];
    let state = initialState;
    for (const [event, words] of story) {
      state = reduce(state, event);
      expect(stateInWords(state)).toBe(words);
    }
  });

  it("says that rounds go on when the signaling server is lost in training, and unsays it when it is back", () => {
    const severed = stateAfter(joined, roster([self, other], { running: true }), { type: "connection", connected: false });
    expect(stateInWords(severed)).toBe("Training round 1. Signaling server lost; rounds go on over open channels");
    expect(phaseOf(severed)).toBe("training");
    expect(stateInWords(reduce(severed, { type: "connection", connected: true }))).toBe("Training round 1");
  });

  it("does not read out every round, but reads out a change", () => {
    const training = stateAfter(joined, roster([self, other], { running: true }), round(1));
    expect(announcement(reduce(training, round(2)))).toBe(announcement(training));
    expect(announcement(reduce(training, roster([self, other])))).not.toBe(announcement(training));
    expect(announcement(reduce(training, { type: "connection", connected: false }))).not.toBe(announcement(training));
  });

  it("counts how many peers are missing before the run begins", () => {
    const three: TabReport = { ...joined, config: { ...defaultConfig, startAt: 4 } };
    expect(stateInWords(stateAfter(three, roster([self, other])))).toBe("Waiting for 2 more peers: 2 of 4 are here");
  });

  it("calls a room that has trained paused, not waiting, when members have gone", () => {
    expect(phaseOf(stateAfter(joined, roster([self, other]), round(1), roster([self])))).toBe("paused");
  });

  it("keeps a lost link marked after it has closed, until the roster no longer names the peer", () => {
    const marked = stateAfter(joined, roster([self, other]), link(other, "open"), lost(other), link(other, "closed"));
    expect(marked.links.get(other)).toBe("lost");
    expect(reduce(marked, roster([self])).links.has(other)).toBe(false);
  });

  it("forgets a link that was closed on purpose, and shows one that is dialled again", () => {
    const closed = stateAfter(link(other, "open"), link(other, "closed"));
    expect(closed.links.size).toBe(0);
    expect(stateAfter(lost(other), link(other, "dialling")).links.get(other)).toBe("dialling");
  });

  it("keeps an observer's link to its sponsor's tree when the roster changes", () => {
    const state = stateAfter(link(third, "open"), roster([other], { position: null }));
    expect(state.links.get(third)).toBe("open");
  });

  it("shows the newest accuracy that any round measured when the last round measured none", () => {
    const state = stateAfter(round(1, { accuracy: 0.7, loss: 0.9 }), round(2, { accuracy: null, loss: null }));
    expect([state.accuracy, state.loss]).toEqual([0.7, 0.9]);
  });

  it("shows the hash of the last round, and of the end once it has come", () => {
    expect(hashOf(initialState)).toBeNull();
    expect(hashOf(stateAfter(round(1), round(2)))).toBe(round(2).hash);
    expect(hashOf(stateAfter(round(2), { type: "finished", round: 2, hash: "e".repeat(32) }))).toBe("e".repeat(32));
  });

  it("changes nothing more once refused or left, except that notices can be dismissed", () => {
    for (const end of [{ type: "left" }, { type: "refused", reason: "no" }] as const) {
      const ended = stateAfter({ type: "notice", text: "one" }, end);
      expect(reduce(ended, round(1))).toBe(ended);
      expect(reduce(ended, { type: "dismissed", notice: 1 }).notices).toEqual([]);
    }
    expect(phaseOf(stateAfter({ type: "refused", reason: "no" }, { type: "left" }))).toBe("refused");
  });
});
