import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import type { Version } from "../../shared/base/version.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { reduced, type Scheme } from "../../shared/compress/types.ts";
import { AllReduce } from "../../shared/reduce/all-reduce.ts";
import type { AllReduceEffect, Decision, TreePosition } from "../../shared/reduce/all-reduce-types.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import { noMetrics, type Part } from "../../shared/sum/part.ts";
import { contributorsOf, positionsOf } from "../../shared/tree/contributors.ts";
import { placeOf } from "../../shared/tree/tree.ts";
import { denseUpdate, placesUpdate, prefixUpdate, sparseUpdate, toDense } from "../../shared/vector/update.ts";
import type { Down, Up } from "../../shared/wire/messages.ts";

const layout = layoutOf([{ name: "x", shape: [4] }]);
const hash = "0".repeat(32);

function treePosition(position: number, members: number, version: Version = [1, 1]): TreePosition {
  return { version, position, members, place: placeOf("heap", position, members), tree: "heap" };
}

function sums(scheme: Scheme): AllReduce {
  const { local, replicated } = scheme.init(layout);
  return new AllReduce(
    scheme,
    layout,
    { tip: { round: 0, version: [1, 0], hash }, local, replicated },
    createContexts({ seed: 1, seat: 0, parameters: () => x }),
  );
}

function total(part: Part, committedBy: Version = [1, 1]): Down {
  return { kind: "down", version: [1, 99], committedBy, round: 1, previous: hash, phase: 0, hash: "1".repeat(32), part };
}

function partOf(members: number, positions: readonly number[], sum: Part["sum"]): Part {
  return { contributors: contributorsOf(members, positions), weight: positions.length, metrics: noMetrics, sum };
}

function decisionIn(effects: readonly AllReduceEffect[]): Decision {
  const decided = effects.find((effect) => effect.kind === "decided");
  if (decided === undefined) throw new Error(`expected a decision, got ${JSON.stringify(effects)}`);
  return decided.decision;
}

const x = Float32Array.of(4, 3, 2, 1);
const residualOf = ({ local }: Decision): number[] => [...(local!["residual"] as Float32Array)];

describe("a contribution", () => {
  it("that counted leaves in the residual what was not sent; one that did not stays there whole", () => {
    const peers = [1, 2].map((position) => {
      const peer = sums(schemeOf("ef14(topk(1))"));
      peer.adopt(treePosition(position, 3));
      peer.contribute({ x, weight: 1, metrics: noMetrics });
      return peer;
    });
    const message = total(partOf(3, [0, 1], sparseUpdate(4, Uint32Array.of(0), Float32Array.of(4))));
    const [counted, missed] = peers.map((peer) => decisionIn(peer.down(message)));
    expect(counted!.counted).toBe(true);
    expect(residualOf(counted!)).toEqual([0, 3, 2, 1]);
    expect(missed!.counted).toBe(false);
    expect(residualOf(missed!)).toEqual([4, 3, 2, 1]);
  });

  it("is encoded afresh from the old state under each new roster, and settled by the one that committed", () => {
    const peer = sums(schemeOf("ef14(topk(1))"));
    peer.adopt(treePosition(1, 3, [1, 1]));
    peer.contribute({ x, weight: 1, metrics: noMetrics });
    peer.adopt(treePosition(1, 2, [1, 2]));
    const decision = decisionIn(peer.down(total(partOf(3, [0, 1], denseUpdate(x)), [1, 1])));
    expect(decision.counted).toBe(true);
    expect(residualOf(decision)).toEqual([0, 3, 2, 1]);
  });

  it("whose attempt is forgotten, nine rosters later, is not added to the residual: it may have counted", () => {
    const peer = sums(schemeOf("ef14(topk(1))"));
    peer.adopt(treePosition(1, 3, [1, 1]));
    peer.contribute({ x, weight: 1, metrics: noMetrics });
    for (let counter = 2; counter <= 9; counter += 1) peer.adopt(treePosition(1, 3, [1, counter]));
    const decision = decisionIn(peer.down(total(partOf(3, [0, 1], denseUpdate(x)), [1, 1])));
    expect(decision.counted).toBeNull();
    expect(residualOf(decision)).toEqual([0, 0, 0, 0]);
  });
});

describe("a peer that has promised to give nothing", () => {
  const upOf = (position: number, members: number): Up => ({
    kind: "up",
    version: [1, 1],
    round: 1,
    previous: hash,
    phase: 0,
    complete: true,
    part: partOf(members, [position], sparseUpdate(4, Uint32Array.of(position), Float32Array.of(1))),
  });
  const given = (effects: readonly AllReduceEffect[]): readonly (readonly number[])[] =>
    effects.flatMap((effect) =>
      effect.kind === "send" && effect.message.part !== null ? [positionsOf(effect.message.part.contributors)] : [],
    );

  it("adds its update to no sum, and passes on what its children give", () => {
    const peer = sums(schemeOf("ef14(topk(1))"));
    peer.adopt(treePosition(1, 5));
    peer.contribute({ x, weight: 1, metrics: noMetrics });
    expect(given(peer.prepare())).toEqual([]);
    expect([3, 4].flatMap((child) => given(peer.up(child, upOf(child, 5))))).toEqual([[3], [4]]);
  });

  it("makes no total as the root, whoever has given", () => {
    const root = sums(schemeOf("ef14(topk(1))"));
    root.adopt(treePosition(0, 3));
    root.prepare();
    root.contribute({ x, weight: 1, metrics: noMetrics });
    const effects = [...root.up(1, upOf(1, 3)), ...root.up(2, upOf(2, 3)), ...root.deadline()];
    expect(effects).toEqual([]);
  });

  it("takes a total that was made before, and still gives nothing to the next round", () => {
    const peer = sums(schemeOf("ef14(topk(1))"));
    peer.adopt(treePosition(1, 3));
    peer.prepare();
    const decision = decisionIn(peer.down(total(partOf(3, [0, 2], denseUpdate(x)))));
    expect(decision.counted).toBe(false);
    peer.open({ tip: { round: 1, version: [1, 1], hash: "1".repeat(32) }, local: decision.local, replicated: {} });
    expect(given(peer.contribute({ x, weight: 1, metrics: noMetrics }))).toEqual([]);
  });

  it("gives the same update under the next roster", () => {
    const peer = sums(schemeOf("ef14(topk(1))"));
    peer.adopt(treePosition(1, 3));
    peer.prepare();
    peer.contribute({ x, weight: 1, metrics: noMetrics });
    expect(given(peer.adopt(treePosition(1, 3, [1, 2]), { hasPromised: true }))).toEqual([]);
    expect(given(peer.adopt(treePosition(1, 3, [1, 3])))).toEqual([[1]]);
  });
});

describe("a root that has nothing of its own in the sum", () => {
  it("keeps in its residual what its merge rejected, so that no mass is lost", () => {
    const root = sums(schemeOf("ef14(topk(1))"));
    root.adopt(treePosition(0, 3));
    const up = (position: number, index: number, value: number) =>
      root.up(position, {
        kind: "up",
        version: [1, 1],
        round: 1,
        previous: hash,
        phase: 0,
        complete: true,
        part: partOf(3, [position], sparseUpdate(4, Uint32Array.of(index), Float32Array.of(value))),
      });
    up(1, 0, 5);
    up(2, 3, 7);
    const decision = decisionIn(root.deadline());
    expect(decision.counted).toBe(false);
    expect([...toDense(decision.totals[0]!)]).toEqual([0, 0, 0, 7]);
    expect(residualOf(decision)).toEqual([5, 0, 0, 0]);
  });
});

describe("a scheme of two sums", () => {
  /** Asks for the sum of x, then for the sum of twice the first total: as PowerSGD asks twice. */
  const twice: Scheme = {
    ...schemeOf("none"),
    phases: ({ length }) => [
      { merge: { kind: "exact" }, length },
      { merge: { kind: "exact" }, length },
    ],
    *encode(given, local) {
      const { total: first } = reduced(yield { kind: "reduce", update: denseUpdate(given.slice()) });
      yield { kind: "reduce", update: denseUpdate(toDense(first).map((value) => 2 * value)) };
      return { local, delivered: denseUpdate(given) };
    },
  };

  it("passes the first total down, sums again, and commits with the second", () => {
    const root = sums(twice);
    const leaf = sums(twice);
    root.adopt(treePosition(0, 2));
    leaf.adopt(treePosition(1, 2));
    const inbox: AllReduceEffect[] = [
      ...root.contribute({ x, weight: 1, metrics: noMetrics }),
      ...leaf.contribute({ x, weight: 1, metrics: noMetrics }),
    ];
    const decisions: Decision[] = [];
    for (let effect = inbox.shift(); effect !== undefined; effect = inbox.shift()) {
      if (effect.kind === "decided") decisions.push(effect.decision);
      if (effect.kind !== "send") continue;
      inbox.push(...(effect.message.kind === "up" ? root.up(1, effect.message) : leaf.down(effect.message)));
    }
    expect(decisions).toHaveLength(1);
    expect(decisions[0]!.totals.map((sum) => [...toDense(sum)])).toEqual([
      [8, 6, 4, 2],
      [32, 24, 16, 8],
    ]);
  });

  it("takes nothing into the second from a peer that missed the first, and does not wait for it", () => {
    const peers = [0, 1, 2].map((position) => {
      const peer = sums(twice);
      peer.adopt(treePosition(position, 3));
      return peer;
    });
    const [root, leaf, late] = peers as [AllReduce, AllReduce, AllReduce];
    const decisions: Decision[] = [];
    const carry = (inbox: AllReduceEffect[], from: number): void => {
      for (const effect of inbox) {
        if (effect.kind === "decided") decisions.push(effect.decision);
        if (effect.kind !== "send") continue;
        const { to, message } = effect;
        carry(message.kind === "up" ? root.up(from, message) : peers[to]!.down(message), to);
      }
    };
    carry(root.contribute({ x, weight: 1, metrics: noMetrics }), 0);
    carry(leaf.contribute({ x, weight: 1, metrics: noMetrics }), 1);
    carry(root.deadline(), 0);
    expect(decisions.map(({ totals }) => totals.map((sum) => [...toDense(sum)]))).toEqual([
      [
        [8, 6, 4, 2],
        [32, 24, 16, 8],
      ],
    ]);
    expect(late.contribute({ x, weight: 1, metrics: noMetrics }).filter(({ kind }) => kind === "send")).toEqual([]);
  });

  it("is committed by totals that are sent again, all of a round in their order, whatever roster made them and whoever hears them", () => {
    const sum = (factor: number): Part => partOf(3, [0, 1], denseUpdate(x.map((value) => factor * value)));
    const first = (version: Version, factor: number): Down => ({ ...total(sum(factor), version), hash: null });
    const last = (version: Version): Down => ({ ...total(sum(4), version), phase: 1 });
    const now: Version = [1, 3];
    const late = sums(twice);
    late.adopt(treePosition(2, 3, now));
    const observer = sums(twice);
    observer.adopt(null);
    for (const peer of [late, observer]) {
      for (const other of [first([1, 1], 3), last([1, 2])]) {
        expect(peer.down(other).filter(({ kind }) => kind === "decided")).toEqual([]);
      }
      peer.down(first([1, 2], 2));
      expect(decisionIn(peer.down(last([1, 2]))).totals.map((of) => [...toDense(of)])).toEqual([
        [8, 6, 4, 2],
        [16, 12, 8, 4],
      ]);
    }
    // Of the roster in force the phases that it has count, not those of another.
    late.down(first(now, 5));
    late.down(first([1, 2], 2));
    expect([...toDense(decisionIn(late.down(last(now))).totals[0]!)]).toEqual([20, 15, 10, 5]);
  });
});

describe("a scheme whose first sum finds one support for all", () => {
  const shared = (scheme = "ef14(topk(2))"): Scheme => runScheme({ scheme, outer: "sgd(1)", aggregate: "twopass" });
  const found = placesUpdate(4, Uint32Array.of(1, 3));
  const first = (positions: readonly number[], version?: Version): Down => ({
    ...total(partOf(3, positions, found), version),
    hash: null,
  });
  const last = (positions: readonly number[], version?: Version): Down => ({
    ...total(partOf(3, positions, prefixUpdate(4, Float32Array.of(30, 10))), version),
    phase: 1,
  });
  const member = (position: number): AllReduce => {
    const peer = sums(shared());
    peer.adopt(treePosition(position, 3));
    return peer;
  };

  it("sends in the second the values on it, which leaves the others to the residual", () => {
    const peer = member(1);
    peer.contribute({ x, weight: 1, metrics: noMetrics });
    const [sent] = peer.down(first([0, 1, 2])).filter(({ kind }) => kind === "send");
    expect(sent).toMatchObject({ message: { phase: 1, part: { sum: prefixUpdate(4, Float32Array.of(3, 1)) } } });
    const decision = decisionIn(peer.down(last([0, 1, 2])));
    expect([decision.counted, residualOf(decision)]).toEqual([true, [4, 0, 2, 0]]);
  });

  it("leaves the update whole to who was in the first sum and is not in the second, or is in neither", () => {
    for (const positions of [
      [0, 1, 2],
      [0, 2],
    ]) {
      const peer = member(1);
      peer.contribute({ x, weight: 1, metrics: noMetrics });
      peer.down(first(positions));
      const decision = decisionIn(peer.down(last([0, 2])));
      expect([decision.counted, residualOf(decision)]).toEqual([false, [4, 3, 2, 1]]);
    }
  });

  it("begins again under another roster from what it was, though the first sum was made", () => {
    const peer = member(1);
    peer.contribute({ x, weight: 1, metrics: noMetrics });
    peer.down(first([0, 1, 2]));
    const [again] = peer.adopt(treePosition(1, 3, [1, 2])).filter(({ kind }) => kind === "send");
    expect(again).toMatchObject({ message: { phase: 0 } });
    peer.down({ ...first([0, 1, 2], [1, 2]) });
    expect(residualOf(decisionIn(peer.down(last([0, 1, 2], [1, 2]))))).toEqual([4, 0, 2, 0]);
  });

  const up = (position: number, phase: number, sum: Part["sum"]): Up => ({
    ...{ kind: "up", version: [1, 1], round: 1, previous: hash, complete: true, phase },
    part: partOf(3, [position], sum),
  });

  it("takes nothing from a root's residual for what its merge cut in the first sum", () => {
    const root = member(0);
    root.up(1, up(1, 0, sparseUpdate(4, Uint32Array.of(0, 1), Float32Array.of(5, 6))));
    root.up(2, up(2, 0, sparseUpdate(4, Uint32Array.of(2, 3), Float32Array.of(7, 8))));
    root.deadline();
    root.up(1, up(1, 1, prefixUpdate(4, Float32Array.of(1, 2))));
    const decision = decisionIn(root.up(2, up(2, 1, prefixUpdate(4, Float32Array.of(3, 4)))));
    expect([...decision.totals.map((sum) => [...toDense(sum)])]).toEqual([
      [0, 0, 1, 1],
      [4, 6, 0, 0],
    ]);
    expect([decision.counted, residualOf(decision)]).toEqual([false, [0, 0, 0, 0]]);
  });

  it("keeps, at a root that gave nothing, what rounding took from the second sum at the coordinates of the support", () => {
    const root = sums(shared("ef14(topk(2) | block4)"));
    root.adopt(treePosition(0, 3));
    const places = sparseUpdate(4, Uint32Array.of(1, 3), Float32Array.of(5, 6));
    root.up(1, up(1, 0, places));
    root.up(2, up(2, 0, places));
    root.deadline();
    root.up(1, up(1, 1, prefixUpdate(4, Float32Array.of(100, 7))));
    const decision = decisionIn(root.up(2, up(2, 1, prefixUpdate(4, Float32Array.of(40, 3)))));
    const [a = 0, b = 0] = decision.totals[1]!.values.data;
    expect([a, b]).not.toEqual([140, 10]);
    expect(residualOf(decision)).toEqual([0, 140 - a, 0, 10 - b]);
  });
});
