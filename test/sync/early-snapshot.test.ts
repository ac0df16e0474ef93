import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
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
const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));

/** A peer's rounds; without the model that the run begins with where that is null. */
function roundsWith(parameters: Float32Array | null): Rounds {
  return new Rounds({
    ...{ config: { ...defaultConfig, scheme: "none" }, scheme: schemeOf("none"), seat: 0, parameters, hasher, clock },
    trainer: createQuadraticTrainer({ dimension, seed: 1, seat: 0, trainingMs: 100, clock }),
    host: quietHost,
  });
}

it.each([
  ["of the roster that makes them neighbors is kept until that comes", 2, true],
  ["of the roster in force is dropped: it comes from a stranger", 1, false],
])("a snapshot from one that is no neighbor %s", (_, counter, isTaken) => {
  const giver = roundsWith(new Float32Array(dimension).fill(5));
  const taker = roundsWith(null);
  const adopt = (version: number, peers: readonly string[]): void => {
    const members = peers.map((peer, seat) => ({ peer, label: "", seat }));
    const roster = { kind: "roster", version: [1, version], members, running: false, observers: 0, donor: null } as const;
    taker.dispatch({ kind: "roster", near: neighborhoodOf(roster, self, "heap") });
  };
  adopt(1, [self]);
  const bytes = codec.encode({ kind: "snapshot", version: [1, counter], ...giver.chain.state });
  taker.dispatch({ kind: "bytes", from: other, bytes });
  expect(taker.chain.isInvalid).toBe(true);
  adopt(2, [other, self]);
  expect(taker.chain.isInvalid).toBe(!isTaken);
  if (isTaken) expect(taker.chain.tip).toEqual(giver.chain.tip);
});
