import { describe, expect, it } from "vitest";
import { inTerminal } from "../../../client/base/format.ts";
import type { TabReport } from "../../../client/browser/session-types.ts";
import {
  announcement,
  fateInWords,
  modelInWords,
  outcomeInWords,
  payloadInWords,
  phaseOf,
  stateInWords,
  waitOf,
  wayInWords,
} from "../../../client/page/room/words.ts";
import { roleOf } from "../../../client/page/state/link-standings.ts";
import { hashOf, initialState, type RoomEvent, type RoomState, reduce } from "../../../client/page/state/store.ts";
import type { LinkTraffic } from "../../../shared/base/transport.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import type { LinkReport, RoundReport } from "../../../shared/run/report.ts";

const self = "a".repeat(16);
const other = "b".repeat(16);
const third = "c".repeat(16);
const joined: TabReport = { type: "joined", self, seat: 0, config: defaultConfig, parameters: 50_890 };

function roster(peers: readonly string[], options: { running?: boolean; position?: number | null } = {}): TabReport {
  const members = peers.map((peer, seat) => ({ peer, label: "tab · wasm", seat }));
  const { running = false, position = 0 } = options;
  return { type: "roster", version: [1, 1], members, observers: 0, running, pausedBy: null, position };
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
    evaluated: number - 1,
    metrics: { loss: 2, accuracy: 0.5 },
    loss: 2,
    accuracy: 0.5,
    confusion: null,
    bytesSent: 100,
    payload: { index: 20, value: 60, statistics: 0, other: 10 },
    wireBytesSent: null,
    alpha: 0.5,
    bytesReceived: 200,
    denseBytes: 10_000,
    seconds: 0.5,
    ...changes,
  };
}

type RosterReport = Extract<TabReport, { type: "roster" }>;
const stateAfter = (...events: readonly RoomEvent[]): RoomState => events.reduce(reduce, initialState);
const link = (peer: string, state: LinkReport["state"], told: Partial<LinkReport> = {}): TabReport => {
  return { type: "link", peer, state, isBackup: false, path: null, rttMs: null, attempts: 0, reason: null, ...told };
};
const waits = (what: string, forMs: number | null): TabReport => ({ type: "waiting", what, forMs });
const stateOf = (state: RoomState, peer: string): string | undefined => state.links.get(peer)?.state;
const counted: LinkTraffic = {
  peer: other,
  open: true,
  sent: 0,
  received: 0,
  statsSent: null,
  statsReceived: null,
  wireSent: null,
  wireReceived: null,
  path: "direct",
  rttMs: null,
};
const lost = (peer: string): TabReport => ({ type: "lost", peer, loss: { kind: "closed", reason: "it closed." } });

describe("the state of a room", () => {
  it("says why there is no connection to the server until there is one", () => {
    const problem = "No connection to http://localhost:8080/: nothing listens at localhost:8080.";
    const cut: readonly TabReport[] = [
      { type: "connection", connected: false },
      { type: "unreachable", problem },
    ];
    expect(stateAfter(...cut).unreachable).toBe(problem);
    expect(stateAfter(...cut, { type: "connection", connected: false }).unreachable).toBe(problem);
    expect(stateAfter(...cut, { type: "connection", connected: true }).unreachable).toBeNull();
  });

  it("says in words where the run stands, from the first connection to the end", () => {
    const story: readonly [RoomEvent, string][] = [
      [{ type: "connection", connected: true }, "Joining the room"],
      [joined, "Joining the room"],
      [roster([other], { position: null }), "Observer: waiting to be let into the tree"],
      [link(other, "dialling"), "Observer: fetching the model from peer 0 (tab · wasm)"],
      [roster([self]), "Waiting for a second tab: open this link in another tab"],
      [roster([self, other], { running: true }), "Training round 1"],
      [round(1), "Training round 2"],
      [roster([self, other]), "Paused"],
      [{ type: "finished", round: 1, hash: "f".repeat(32) }, "Finished after 1 round"],
      [{ type: "left" }, "You have left the room"],
    ];
    let state = initialState;
    for (const [event, words] of story) {
      state = reduce(state, event);
      expect(stateInWords(state)).toBe(words);
    }
  });

  it("says how much of the data is here, what it broke off for, and no more of it once it is whole", () => {
    expect(stateInWords(initialState)).toBe("Finding the signaling server");
    const part = {
      type: "download",
      what: "data",
      file: 1,
      files: 4,
      received: 3_100_000,
      total: 9_900_000,
      problem: null,
    } as const;
    const connected: TabReport = { type: "connection", connected: true };
    const wordsAfter = (...reports: readonly TabReport[]): string => inTerminal(stateInWords(stateAfter(connected, ...reports)));
    expect(wordsAfter({ ...part, received: 0, total: null })).toBe("Loading the data, file 1 of 4");
    expect(wordsAfter(waits("to be let in", null), part)).toBe("Loading the data, file 1 of 4: 3.1 MB of 9.9 MB");
    const broken = { ...part, problem: "no byte came for 15 s" };
    const trying = "it broke off (no byte came for 15 s), trying again";
    expect(wordsAfter(broken)).toBe(`Loading the data, file 1 of 4: 3.1 MB of 9.9 MB; ${trying}`);
    expect(announcement(stateAfter(part))).toBe("Loading the data");
    const model = { ...part, what: "model" } as const;
    expect(wordsAfter(model)).toBe("Loading the model, file 1 of 4: 3.1 MB of 9.9 MB");
    expect(announcement(stateAfter(model))).toBe("Loading the model");
    expect(announcement(stateAfter(broken))).toBe(`Loading the data; ${trying}`);
    expect(wordsAfter(broken, { ...part, file: 4, received: 9_900_000 })).toBe("Joining the room");
    expect(wordsAfter(part, { type: "refused", reason: "no" })).toBe("This tab cannot take part");
  });

  it("asks for the model that the room begins with, and says that it is read until the room is joined or its server is found", () => {
    const asking = stateAfter({ type: "needs-model" });
    expect(stateInWords(asking)).toBe("Choose the model that this room begins with");
    const reading = reduce(asking, { type: "model-chosen" });
    expect(stateInWords(reading)).toBe("Reading your model");
    expect(reduce(reading, { type: "connection", connected: true }).model).toBeNull();
    expect(reduce(asking, { type: "connection", connected: true }).model).toBe("needed");
    expect(reduce(reading, joined).model).toBeNull();
  });

  it("says what a tab without a place waits for, until it has one or the server is lost", () => {
    const what = "for the other peers of this run, who may have more of its rounds";
    const gathering = stateAfter(joined, waits(what, 45_000));
    expect(stateInWords(gathering)).toBe(`Waiting ${what}`);
    expect(waitOf(gathering)).toMatchObject({ forMs: 45_000 });
    expect(stateInWords(stateAfter(waits(what, 45_000), joined))).toBe(`Waiting ${what}`);
    const severed = reduce(gathering, { type: "connection", connected: false });
    expect(stateInWords(severed)).not.toContain(what);
    const member = reduce(gathering, roster([self], { running: true }));
    expect([waitOf(member), stateInWords(member)]).toEqual([null, "Training round 1"]);
    expect(stateInWords(reduce(member, waits(what, 45_000)))).toBe("Training round 1");
  });

  it("says that it waits to be let in, though it has no connection between two attempts, until it is", () => {
    const full = stateAfter(waits("to be let in: this room is full", null), { type: "connection", connected: false });
    expect(stateInWords(full)).toBe("Waiting to be let in: this room is full");
    expect(stateInWords(stateAfter(waits("to be let in: this room is full", null), joined))).toBe("Joining the room");
  });

  it("says of which model the accuracy is, and how the final one does only once that was tested", () => {
    const training = stateAfter(joined, roster([self], { running: true }), round(1, { metrics: { loss: 2, accuracy: 0.094 } }));
    expect(training.tested).toMatchObject({ round: 0, metrics: { accuracy: 0.094 } });
    const [hash, other] = [round(1), round(2)].map((report) => (report as RoundReport).hash) as [string, string];
    const over = reduce(training, { type: "finished", round: 1, hash });
    expect(outcomeInWords(over)).toBe("Testing the final model on samples that nobody trained on");
    const metrics = { loss: 0.4, accuracy: 0.871 };
    const final = { type: "evaluated", round: 1, hash, metrics, ...metrics, confusion: null, tested: 2000 } as const;
    const tested = reduce(over, final);
    expect(outcomeInWords(tested)).toMatch(/^The final model gets 87\.1.% of 2.000 unseen samples right\.$/);
    expect(tested.tested).toMatchObject({ round: 1, metrics });
    expect(tested.history.points.map(({ headline }) => headline)).toEqual([0.094, 0.871]);
    expect(reduce(over, { ...final, hash: other })).toBe(over);
    expect(outcomeInWords(reduce(over, { ...final, metrics: {}, accuracy: null, loss: null }))).toBeNull();
    const confusion = [
      [1000, 200],
      [58, 742],
    ];
    expect(reduce(over, { ...final, confusion }).tested).toMatchObject({ round: 1, confusion });
    expect([0, 1].map(modelInWords)).toEqual(["before the first round", "after round 1"]);
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

  it("says of a round whether it counts this tab's update, and not that one was left out where there was none", () => {
    const words = (counted: boolean | null, seconds: number | null) => fateInWords(round(3, { counted, seconds }) as RoundReport);
    expect([true, false, null].map((counted) => words(counted, 0.5))).toEqual([
      "yours too",
      "yours was left out",
      "yours perhaps",
    ]);
    expect([false, true].map((counted) => words(counted, null))).toEqual(["without this tab", "yours too"]);
  });

  it("says who paused the run", () => {
    const by = (peer: string, seat: number) =>
      stateAfter(joined, round(1), { ...(roster([self, other]) as RosterReport), pausedBy: { peer, seat, label: "node" } });
    expect([by(self, 0), by(third, 2)].map(stateInWords)).toEqual(["Paused by this tab", "Paused by peer 2 (node)"]);
  });

  it("calls a room that has trained paused, not waiting, when members have gone", () => {
    expect(phaseOf(stateAfter(joined, roster([self, other]), round(1), roster([self])))).toBe("paused");
  });

  it("keeps a lost link marked after it has closed, until the roster no longer names the peer", () => {
    const marked = stateAfter(joined, roster([self, other]), link(other, "open"), lost(other), link(other, "closed"));
    expect(stateOf(marked, other)).toBe("lost");
    expect(reduce(marked, roster([self])).links.has(other)).toBe(false);
  });

  it("forgets a link that was closed on purpose, and shows one that is dialled again", () => {
    const closed = stateAfter(link(other, "open"), link(other, "closed"));
    expect(closed.links.size).toBe(0);
    expect(stateOf(stateAfter(lost(other), link(other, "dialling")), other)).toBe("dialling");
  });

  it("keeps an observer's link to its donor's tree when the roster changes", () => {
    const state = stateAfter(link(third, "open"), roster([other], { position: null }));
    expect(stateOf(state, third)).toBe("open");
  });

  it("says of a link whether it is dialled, direct or relayed, failed or lost, and why, until it is open again", () => {
    const refused: TabReport = { type: "lost", peer: other, loss: { kind: "unopened", reason: "no way through" } };
    const story: readonly [TabReport, string, reason: string | null][] = [
      [link(other, "dialling", { attempts: 1 }), "dialling", null],
      [refused, "failed", "no way through"],
      [link(other, "dialling", { attempts: 2, reason: "no way through" }), "dialling, attempt 2", "no way through"],
      [link(other, "open", { attempts: 2 }), "open", null],
      [link(other, "open", { attempts: 2, path: "relayed", rttMs: 90 }), "relayed", null],
      [lost(other), "lost", "it closed."],
      [link(other, "dialling", { attempts: 1, reason: "it closed." }), "dialling", "it closed."],
      [link(other, "open", { path: "direct" }), "direct", null],
    ];
    let state = stateAfter(joined, roster([self, other]));
    for (const [event, words, reason] of story) {
      state = reduce(state, event);
      const standing = state.links.get(other)!;
      expect([wayInWords(standing), standing.reason]).toEqual([words, reason]);
    }
  });

  it("shows the newest measurement of an open link, and none of a link that is not open", () => {
    const measured = (rttMs: number): TabReport => ({ type: "traffic", links: [{ ...counted, peer: other, rttMs }] });
    const open = stateAfter(link(other, "open", { path: "direct", rttMs: 20 }), measured(21));
    expect(open.links.get(other)).toMatchObject({ path: "direct", rttMs: 21 });
    const gone = stateAfter(link(other, "open"), measured(21), lost(other), measured(22));
    expect(gone.links.get(other)).toMatchObject({ state: "lost", path: null, rttMs: null });
    expect(reduce(initialState, measured(20)).links.size).toBe(0);
  });

  it("keeps what the platform said of a lost link out of its notice", () => {
    const loss = { kind: "closed", reason: "it is gone (Connection failed)" } as const;
    const { notices } = stateAfter(joined, roster([self, other]), link(other, "open"), { type: "lost", peer: other, loss });
    expect(notices.map(({ text }) => text)).toEqual(["Lost the link to peer 1 (tab · wasm): it is gone"]);
  });

  it("says no longer that a link is lost once it is open again, or its peer has left", () => {
    const severed = stateAfter(joined, roster([self, other, third]), link(other, "open"), lost(other), lost(third));
    expect(severed.notices).toHaveLength(2);
    const back = reduce(reduce(severed, link(other, "dialling", { attempts: 1 })), link(other, "open"));
    expect(back.notices.map(({ text }) => text)).toEqual(["Lost the link to peer 2 (tab · wasm): it closed."]);
    expect(reduce(back, roster([self, other])).notices).toEqual([]);
    expect(stateAfter(joined, { type: "notice", text: "the disk is full" }, link(other, "open")).notices).toHaveLength(1);
  });

  it("never says that less than nothing of an update's energy came through", () => {
    expect(payloadInWords(round(1, { alpha: 0.312 }))).toMatch(/They carry 31\.2.% of the update’s energy \(α̂\)\.$/);
    expect(payloadInWords(round(1, { alpha: -0.013 }))).toMatch(/the error was larger than the update \(α̂ = −0\.013\)/);
    expect(payloadInWords(round(1, { alpha: null }))).not.toContain("α̂");
  });

  it("says what statistics of normalization layers cost, where a model has any", () => {
    expect(payloadInWords(round(1, {}))).not.toContain("statistics");
    const payload = { index: 20, value: 60, statistics: 48, other: 10 };
    expect(payloadInWords(round(1, { payload, bytesSent: 138 }))).toMatch(
      /20.B their places, 48.B statistics of the model’s normalization layers, 10.B messages around them, 0.B frames\./,
    );
  });

  it("makes no notice of a lost backup link, but marks it", () => {
    const state = stateAfter(link(other, "open", { isBackup: true }), lost(other));
    expect(state.notices).toEqual([]);
    expect(state.links.get(other)).toMatchObject({ state: "lost", isBackup: true, reason: "it closed." });
    expect(stateAfter(link(other, "open"), lost(other)).notices).toHaveLength(1);
  });

  it("forgets a lost link to who is no member, without a notice: there is nothing to mend", () => {
    const state = stateAfter(joined, link(other, "open"), roster([self]), lost(other));
    expect([state.links.size, state.notices.length]).toEqual([0, 0]);
  });

  it("forgets a link that was dialled or lost once the roster does not ask for it any more, and keeps the others", () => {
    const peers = ["1", "2", "3", "4", "5"].map((digit) => digit.repeat(16)) as [string, string, string, string, string];
    const [root, second, ...others] = peers;
    const dialled = others.map((peer) => link(peer, "dialling"));
    // Of a heap's position 2 the root is the parent, position 1 takes it in, 5 and 6 would be its children.
    const state = stateAfter(
      joined,
      ...dialled,
      lost(second),
      link(root, "open"),
      roster([root, second, self, ...others], { position: 2 }),
    );
    expect([...state.links.keys()].sort()).toEqual([root, second, others[0], others[2]]);
    const smaller = reduce(state, roster([root, self, ...others], { position: 1 }));
    expect(smaller.links.has(second)).toBe(false);
  });

  it("calls whom it is linked with what they are to it", () => {
    const peers = Array.from({ length: 7 }, (_, digit) => String(digit).repeat(16));
    const members = peers.map((peer, seat) => ({ peer, label: "", seat }));
    const rolesAt = (position: number | null): string[] => peers.map((peer) => roleOf({ members, position }, "heap", peer));
    expect(rolesAt(2)).toEqual(["parent", "backup", "former", "backup", "former", "child", "child"]);
    expect(roleOf({ members, position: 2 }, "heap", self)).toBe("no member");
    expect(new Set(rolesAt(null))).toEqual(new Set(["donor"]));
  });

  it("shows the newest accuracy that any round measured when the last round measured none", () => {
    const state = stateAfter(
      round(1, { metrics: { loss: 0.9, accuracy: 0.7 } }),
      round(2, { metrics: {}, accuracy: null, loss: null }),
    );
    expect(state.tested).toMatchObject({ metrics: { accuracy: 0.7, loss: 0.9 } });
  });

  it("shows the hash of the last round, and of the end once it has come", () => {
    expect(hashOf(initialState)).toBeNull();
    expect(hashOf(stateAfter(round(1), round(2)))).toBe(round(2).hash);
    expect(hashOf(stateAfter(round(2), { type: "finished", round: 2, hash: "e".repeat(32) }))).toBe("e".repeat(32));
  });

  it("begins anew with other files where those that were chosen are refused", () => {
    const refused = stateAfter({ type: "files-chosen" }, { type: "notice", text: "one" }, { type: "refused", reason: "a.csv" });
    expect(refused).toMatchObject({ hasChosen: true, end: { reason: "a.csv" } });
    expect(reduce(refused, { type: "files-chosen" })).toEqual({ ...initialState, hasChosen: true, files: "reading" });
    const left = stateAfter({ type: "left" });
    expect(reduce(left, { type: "files-chosen" })).toBe(left);
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
