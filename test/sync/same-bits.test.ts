import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import type { Tip } from "../../shared/base/tip.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import { Rounds } from "../../shared/peer/rounds.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import { quietHost } from "../support/quiet-host.ts";

const hasher = await createHasher();
const dimension = 50;
const codec = createCodec("heap", dimension);
const [self, other] = ["a", "b"].map((letter) => letter.repeat(16)) as [string, string];

/** A peer that has committed rounds alone under roster 1, and shares roster 3 with another. */
async function underRosterThree() {
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  const config = { ...defaultConfig, scheme: "ef14(topk(10%))", localSteps: 1, rate: 0.1 };
  const told = { withdrawn: 0, voided: [] as Tip[] };
  const rounds = new Rounds({
    config,
    scheme: schemeOf(config.scheme),
    trainer: createQuadraticTrainer({ dimension, seed: 1, seat: 0, trainingMs: 100, clock }),
    seat: 0,
    parameters: new Float32Array(dimension),
    hasher,
    clock,
    host: {
      ...quietHost,
      reconciled({ withdrawn }) {
        told.withdrawn += withdrawn.length;
      },
      voided: (tip) => void told.voided.push(tip),
    },
  });
  const adopt = (counter: number, peers: readonly string[]): void => {
    const members = peers.map((peer, seat) => ({ peer, label: "", seat }));
    const roster = { kind: "roster", version: [1, counter], members, running: true, observers: 0, donor: null } as const;
    rounds.dispatch({ kind: "roster", near: neighborhoodOf({ ...roster, version: [1, counter], members }, self, "heap") });
  };
  adopt(1, [self]);
  await clock.advance(250);
  adopt(3, [other, self]);
  const hear = (tip: Tip): void => {
    const bytes = codec.encode({ kind: "have", version: [1, 3], tip, observer: false });
    rounds.dispatch({ kind: "bytes", from: other, bytes });
  };
  return { rounds, told, hear };
}

it("a round that a newer roster decided with the same bits is that roster's, and nothing more is given before the next", async () => {
  const { rounds, told, hear } = await underRosterThree();
  const { tip } = rounds.chain;
  expect(tip.round).toBeGreaterThan(0);
  hear({ ...tip, version: [1, 2] });
  const renamed = { ...tip, version: [1, 2] };
  expect(rounds.chain.tip).toEqual(renamed);
  expect(rounds.promise).toEqual([1, 3]);
  expect(told).toEqual({ withdrawn: 0, voided: [renamed] });
});

it("an older roster, or one that this peer has not heard of, changes nothing", async () => {
  const { rounds, told, hear } = await underRosterThree();
  const { tip } = rounds.chain;
  for (const version of [
    [1, 0],
    [0, 0],
    [1, 4],
    [9, 9],
  ] as const)
    hear({ ...tip, version: [...version] });
  expect(rounds.chain.tip).toEqual(tip);
  expect(rounds.promise).toBeNull();
  expect(told).toEqual({ withdrawn: 0, voided: [] });
});
