import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contributorsOf } from "../../shared/aggregate/contributors.ts";
import { schemeOf } from "../../shared/compress/scheme-of.ts";
import { layoutOf } from "../../shared/layout.ts";
import { type Entry, heldClaims } from "../../shared/training/history.ts";
import { reconcile } from "../../shared/training/reconcile.ts";
import { addInto, sparseUpdate } from "../../shared/update.ts";
import type { Header } from "../../shared/wire/messages.ts";

const d = 4;
const scheme = schemeOf("ef14(topk(1))");
const layout = layoutOf([{ name: "x", shape: [d] }]);
const members = 3;
const self = 1;

/** The hash of a chain is its history: the letter of each round's total. */
const header = (round: number, letter: string, before: string, counts: boolean): Header => ({
  round,
  version: [1, letter.charCodeAt(0)],
  contributors: contributorsOf(members, counts ? [0, self] : [0, 2]),
  hash: before + letter,
  previous: before,
});

/** Whole numbers, so that float32 adds them exactly. */
const vector = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: d, maxLength: d }).map((x) => Float32Array.from(x));

/** A round in which this peer had an attempt under each of two rosters, a and b; each of them may have made the total. */
const round = fc.record({ x: vector, shares: fc.tuple(vector, vector), countsIn: fc.tuple(fc.boolean(), fc.boolean()) });

type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

function claimsOf({ shares }: Round) {
  const share = (x: Float32Array) => sparseUpdate(d, Uint32Array.of(0, 1, 2, 3), x);
  return ["a", "b"].map((letter, i) => ({
    version: [1, letter.charCodeAt(0)] as const,
    position: self,
    share: share(shares[i]!),
  }));
}

/** The chain of the letters given, as headers, and what this peer's memory is after it if it has seen all its totals. */
function play(rounds: readonly Round[], letters: string) {
  const headers: Header[] = [];
  const memory = new Float32Array(d);
  for (const [i, letter] of [...letters].entries()) {
    const played = rounds[i]!;
    headers.push(header(i + 1, letter, letters.slice(0, i), played.countsIn[letter === "a" ? 0 : 1]));
    for (let j = 0; j < d; j += 1) memory[j]! += played.x[j]!;
    for (const { share } of heldClaims(claimsOf(played), headers[i]!)) addInto(memory, share, -1);
  }
  const entries = headers.map((one, i): Entry => ({ header: one, claims: claimsOf(rounds[i]!) }));
  return { headers, entries, memory };
}

const tipOf = (letters: string) => ({ round: letters.length, version: [1, 1] as const, hash: letters });

describe("a peer whose chain is replaced", () => {
  it("remembers what the winner's totals left of its updates, whatever it had remembered before: no mass is lost or counted twice", () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (rounds, cut, more) => {
        // One fork: the same rounds up to it; in the round after it the rosters differ, and the loser is not ahead.
        const fork = cut % rounds.length;
        const mine = `${"a".repeat(fork)}a`;
        const winner = `${"a".repeat(fork)}b`;
        const before = play(rounds, mine);
        const after = play(rounds, winner);
        const own = { memory: before.memory };
        const stand = { scheme, tip: tipOf(mine), own, history: before.entries };
        const idle = { x: null, claims: [], hasForgotten: false };
        const ahead = more % 3;
        const beyond = Array.from({ length: ahead }, (_, i) => header(fork + 2 + i, "c", winner + "c".repeat(i), false));
        const outcome = reconcile({ ...stand, open: idle }, [...after.headers, ...beyond]);
        expect(outcome.own).toEqual({ memory: after.memory });
        expect(outcome.withdrawn.map(({ hash }) => hash)).toEqual([mine]);
        const { countsIn } = rounds[fork]!;
        const expected = countsIn[0] === countsIn[1] ? [] : [{ round: fork + 1, counted: countsIn[1] }];
        expect(outcome.corrections).toEqual(expected);
        // And back, should the first chain win after all.
        const back = reconcile(
          { scheme, tip: tipOf(winner), own: outcome.own!, history: outcome.history.slice(0, fork + 1), open: idle },
          [...before.headers, header(fork + 2, "d", mine, false)],
        );
        expect(back.own).toEqual({ memory: before.memory });
      }),
    );
  });

  it("counts in its open round if, and only if, the winner's total of that round took its attempt", () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 5 }), fc.boolean(), (rounds, tookMine) => {
        const behind = rounds.length - 1;
        const letters = `${"a".repeat(behind)}${tookMine ? "b" : "z"}`;
        const before = play(rounds.slice(0, behind), "a".repeat(behind));
        const last = rounds[behind]!;
        const headers = [...before.headers, header(behind + 1, letters.at(-1)!, "a".repeat(behind), last.countsIn[1])];
        const open = { x: last.x, claims: claimsOf(last), hasForgotten: false };
        const outcome = reconcile(
          { scheme, tip: tipOf("a".repeat(behind)), own: { memory: before.memory }, history: before.entries, open },
          headers,
        );
        const counted = tookMine && last.countsIn[1];
        const expected = before.memory.map((value, j) => value + last.x[j]! - (counted ? last.shares[1][j]! : 0));
        expect(outcome.own).toEqual({ memory: expected });
        expect(outcome.corrections).toEqual([{ round: behind + 1, counted }]);
        expect(outcome.withdrawn).toEqual([]);
      }),
    );
  });

  it("adds nothing for a round that the winner's headers do not reach, or of which it has forgotten attempts: it may have counted", () => {
    const { own } = scheme.init(layout);
    const open = { x: Float32Array.of(1, 2, 3, 4), claims: [], hasForgotten: false };
    const stand = { scheme, tip: tipOf("a"), own, history: [], open };
    const far = [header(70, "c", "x", true)];
    expect(reconcile(stand, far)).toMatchObject({ own, corrections: [{ round: 2, counted: null }] });
    const committed = { ...stand, history: [{ header: header(1, "a", "", true), claims: [] }], open: { ...open, x: null } };
    expect(reconcile(committed, far)).toMatchObject({ own, withdrawn: [], corrections: [{ round: 1, counted: null }] });
    const next = [header(2, "b", "a", true)];
    expect(reconcile({ ...stand, open: { ...open, hasForgotten: true } }, next)).toMatchObject({
      own,
      corrections: [{ round: 2, counted: null }],
    });
    expect(reconcile(stand, next)).toMatchObject({ own: { memory: open.x }, corrections: [{ round: 2, counted: false }] });
  });
});
