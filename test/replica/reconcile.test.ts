import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { OpenRound, UndoRecord } from "../../shared/reduce/all-reduce-types.ts";
import { appliedRecords, History } from "../../shared/replica/history.ts";
import { reconcile } from "../../shared/replica/reconcile.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { addInto, denseUpdate } from "../../shared/vector/update.ts";
import type { Header } from "../../shared/wire/messages.ts";

const d = 4;
const scheme = schemeOf("ef14(topk(1))");
const layout = layoutOf([{ name: "x", shape: [d] }]);
const self = 1;
const letters = ["a", "b"] as const;

/**
 * The total that roster `letter` makes on the chain whose letters are `previous`: a chain's hash is its letters. Whether this peer
 * is in it depends on nothing else.
 */
function header(previous: string, letter: string): Header {
  const counts = seeded(1, previous, letter).uniform() < 0.5;
  const contributors = contributorsOf(3, counts ? [0, self] : [0, 2]);
  return { round: previous.length + 1, version: versionOf(letter), contributors, hash: previous + letter, previous };
}

function versionOf(letter: string): readonly [number, number] {
  return [1, letter.charCodeAt(0)];
}

function headersOf(chain: string): Header[] {
  return [...chain].map((letter, i) => header(chain.slice(0, i), letter));
}

/** Whole numbers, so that float32 adds them exactly. */
const vector = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: d, maxLength: d }).map((x) => Float32Array.from(x));
/** A Δ, and what of it attempts under rosters a and b would put into a total. */
const work = fc.record({ x: vector, delivered: fc.tuple(vector, vector) });
type Work = typeof work extends fc.Arbitrary<infer T> ? T : never;

function openAt(chain: string, { x, delivered }: Work): OpenRound {
  const head = { round: chain.length + 1, previous: chain, position: self };
  const undoLog = letters.map(
    (letter, i): UndoRecord => ({ ...head, version: versionOf(letter), delivered: denseUpdate(delivered[i]!) }),
  );
  return { x, undoLog, hasForgotten: false };
}

const idle: OpenRound = { x: null, undoLog: [], hasForgotten: false };
const tipOf = (chain: string) => ({ round: chain.length, version: versionOf("a"), hash: chain });

/** A peer that commits rounds, and whose chain is replaced, with the books of all that it was given and of all its undo records. */
function liveOn(maxFloats = Number.POSITIVE_INFINITY) {
  const history = new History(maxFloats);
  const seen = [""];
  const given = new Float32Array(d);
  const undoLog: UndoRecord[] = [];
  let chain = "";
  let residual = new Float32Array(d);
  const open = (work: Work | null): OpenRound => {
    if (work === null) return idle;
    const opened = openAt(chain, work);
    undoLog.push(...opened.undoLog);
    addInto(given, denseUpdate(work.x));
    return opened;
  };
  return {
    commit(work: Work, letter: string) {
      const opened = open(work);
      const total = header(chain, letter);
      residual = residual.slice();
      addInto(residual, denseUpdate(work.x));
      for (const { delivered } of appliedRecords(opened.undoLog, total)) addInto(residual, delivered, -1);
      history.push(total, opened.undoLog);
      chain = total.hash;
      seen.push(chain);
    },
    /** To some greater chain, which may be one that was seen and gone on. */
    change(work: Work | null, choose: (seen: readonly string[]) => string) {
      const chosen = choose(seen).padEnd(chain.length, "b");
      // Longer, or as long and of the greater hash: no chain is come back to as it was.
      const winner = chosen.length > chain.length || chosen > chain ? chosen : `${chosen}b`;
      const stand = {
        scheme,
        tip: tipOf(chain),
        local: { residual },
        headers: history.headers,
        undoLog: history.undoLog,
      };
      const outcome = reconcile({ ...stand, open: open(work) }, headersOf(winner));
      residual = outcome.local!["residual"] as typeof residual;
      history.replace(headersOf(winner), outcome.undoLog);
      chain = winner;
      seen.push(chain);
    },
    residual: () => residual,
    expected() {
      const expected = given.slice();
      for (const total of headersOf(chain))
        for (const { delivered } of appliedRecords(undoLog, total)) addInto(expected, delivered, -1);
      return expected;
    },
  };
}

describe("a peer whose chain is replaced, again and again", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("commit" as const), work, letter: fc.constantFrom(...letters) }),
    fc.record({
      kind: fc.constant("switch" as const),
      work: fc.option(work),
      to: fc.nat(),
      cut: fc.nat({ max: 3 }),
      more: fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 }),
    }),
  );

  it("remembers Σ Δ − Σ what the totals of its chain took, exactly: nothing is lost or counted twice", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const life = liveOn();
        for (const one of steps) {
          if (one.kind === "commit") life.commit(one.work, one.letter);
          else life.change(one.work, (seen) => seen[one.to % seen.length]!.slice(0, -one.cut || undefined) + one.more.join(""));
          expect(life.residual()).toEqual(life.expected());
        }
      }),
    );
  });

  it("leaves alone the rounds that it has forgotten and the winner has not: they are the same, and what they took is taken", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(work, fc.constantFrom(...letters)), { minLength: 5, maxLength: 9 }), work, (past, open) => {
        const life = liveOn(7 * d);
        for (const [one, letter] of past) life.commit(one, letter);
        life.change(open, (seen) => `${seen.at(-1)!.slice(0, -1)}bb`);
        expect(life.residual()).toEqual(life.expected());
      }),
    );
  });

  it("is told which rounds did not stay, and where it counts now", () => {
    fc.assert(
      fc.property(work, work, (first, second) => {
        const [mine, winner] = ["aa", "bb"];
        const undoLog = [...openAt("", first).undoLog, ...openAt("a", second).undoLog];
        const stand = {
          scheme,
          tip: tipOf(mine),
          local: scheme.init(layout).local,
          headers: headersOf(mine),
          undoLog,
          open: idle,
        };
        const { withdrawn, corrections } = reconcile(stand, headersOf(winner));
        expect(withdrawn.map(({ hash }) => hash)).toEqual(["aa", "a"]);
        const counted = (chain: string, round: number) => appliedRecords(undoLog, headersOf(chain)[round - 1]!).length > 0;
        const expected = [2, 1].flatMap((round) =>
          counted(mine, round) === counted(winner, round) ? [] : [{ round, counted: counted(winner, round) }],
        );
        expect(corrections).toEqual(expected);
      }),
    );
  });

  it("counts in its open round if, and only if, the winner's total of that round took its attempt", () => {
    fc.assert(
      fc.property(work, fc.constantFrom("a", "b", "z"), (given, letter) => {
        const open = openAt("a", given);
        const stand = { scheme, tip: tipOf("a"), local: scheme.init(layout).local, headers: headersOf("a"), undoLog: [], open };
        const winner = headersOf(`a${letter}`);
        const held = appliedRecords(open.undoLog, winner[1]!);
        const residual = given.x.slice();
        for (const { delivered } of held) addInto(residual, delivered, -1);
        const outcome = reconcile(stand, winner);
        expect(outcome).toMatchObject({
          local: { residual },
          withdrawn: [],
          corrections: [{ round: 2, counted: held.length > 0 }],
        });
      }),
    );
  });

  it("counts in the total of the roster that stays, where another's came to the same bits, and nothing is withdrawn", () => {
    fc.assert(
      fc.property(work, vector, (given, before) => {
        const [mine] = headersOf("a");
        const contributors = contributorsOf(3, [0, self]);
        const ours = { ...mine!, contributors };
        const theirs = { ...ours, version: versionOf("b") };
        const { undoLog } = openAt("", given);
        const local = { ...scheme.init(layout).local, residual: before };
        const stand = { scheme, tip: tipOf("a"), local, headers: [ours], undoLog, open: idle };
        const residual = before.slice();
        addInto(residual, undoLog[0]!.delivered);
        addInto(residual, undoLog[1]!.delivered, -1);
        expect(reconcile(stand, [theirs])).toMatchObject({ local: { residual }, withdrawn: [], corrections: [] });
        const without = reconcile({ ...stand, undoLog: undoLog.slice(0, 1) }, [theirs]);
        expect(without).toMatchObject({ withdrawn: [], corrections: [{ round: 1, counted: false }] });
        expect(reconcile(stand, [ours])).toMatchObject({ local, withdrawn: [], corrections: [] });
      }),
    );
  });

  it("adds nothing for a round that the winner's headers do not reach, or of which it has forgotten attempts: it may have counted", () => {
    const { local } = scheme.init(layout);
    const x = Float32Array.of(1, 2, 3, 4);
    const stand = { scheme, tip: tipOf("a"), local, headers: [], undoLog: [], open: { ...idle, x } };
    const far = headersOf("c".repeat(70)).slice(60);
    expect(reconcile(stand, far)).toMatchObject({ local, corrections: [{ round: 2, counted: null }] });
    const next = [header("a", "b")];
    const forgotten = reconcile({ ...stand, open: { ...stand.open, hasForgotten: true } }, next);
    expect(forgotten).toMatchObject({ local, corrections: [{ round: 2, counted: null }] });
    expect(reconcile(stand, next)).toMatchObject({ local: { residual: x }, corrections: [{ round: 2, counted: false }] });
  });
});

describe("a history", () => {
  it("keeps as many rounds as their delivered may take, and never fewer than the last", () => {
    const history = new History(3 * d);
    let chain = "";
    for (let round = 1; round <= 6; round += 1) {
      const open = openAt(chain, { x: new Float32Array(d), delivered: [new Float32Array(d), new Float32Array(d)] });
      const total = header(chain, "a");
      history.push(total, open.undoLog);
      chain = total.hash;
      const floats = history.undoLog.length * d;
      expect(floats).toBeLessThanOrEqual(3 * d);
      expect(history.headers.at(-1)).toEqual(total);
      for (const { round: kept } of history.headers)
        expect(history.undoLog.filter((record) => record.round === kept)).toHaveLength(2);
    }
  });
});
