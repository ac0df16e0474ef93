import { expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { webrtcBytes } from "../../shared/simulation/lab/webrtc-bytes.ts";
import { toDense } from "../../shared/vector/update.ts";

const dimension = 50;
const layout = layoutOf([{ name: "x", shape: [dimension] }]);
const draws = (peers: number, round: number): Float32Array[] =>
  Array.from({ length: peers }, (_, peer) => {
    const rng = seeded(peer, "draws", round);
    return Float32Array.from({ length: dimension }, () => rng.normal());
  });

it("a dense round of P peers costs 2(P−1) messages of 4d bytes and a head of less than 120", () => {
  for (const peers of [1, 2, 5, 8]) {
    const allReduce = new LocalAllReduce(schemeOf("none"), layout, peers);
    allReduce.round(draws(peers, 1));
    expect(allReduce.messages).toBe(2 * (peers - 1));
    expect(allReduce.bytes).toBeGreaterThanOrEqual(allReduce.messages * 4 * dimension);
    expect(allReduce.bytes).toBeLessThanOrEqual(allReduce.messages * (4 * dimension + 120));
  }
});

it("a dense round takes as long as the messages that leave a peer one after the other, on the longest way up and down", () => {
  // Of a heap's levels each waits for the one below; a peer with two children sends down twice.
  for (const [peers, up, down] of [
    [1, 0, 0],
    [2, 1, 1],
    [3, 1, 2],
    [7, 2, 4],
  ] as const) {
    const allReduce = new LocalAllReduce(schemeOf("none"), layout, peers);
    allReduce.round(draws(peers, 1));
    const message = allReduce.messages === 0 ? 0 : allReduce.bytes / allReduce.messages;
    expect(allReduce.pathBytes / ((up + down) * message || 1)).toBeCloseTo(peers === 1 ? 0 : 1, 1);
  }
});

it("on the wire a message of one packet has two heads around it, its own and that of its acknowledgement", () => {
  expect(webrtcBytes(1)).toBe(1 + 2 * 93);
  expect(webrtcBytes(1_160)).toBe(1_160 + 2 * 93);
  expect(webrtcBytes(1_161)).toBe(1_161 + 3 * 93);
  expect(webrtcBytes(4 * 1_160)).toBe(4 * 1_160 + 6 * 93);
});

it("bytes are those of the last round, and grow with k, not with d", () => {
  const bytesOf = (scheme: string): number => {
    const allReduce = new LocalAllReduce(schemeOf(scheme), layout, 7);
    for (let round = 1; round <= 2; round += 1) allReduce.round(draws(7, round));
    return allReduce.bytes;
  };
  expect(bytesOf("topk(4)") - bytesOf("topk(2)")).toBeLessThanOrEqual(12 * 2 * 6);
  expect(bytesOf("topk(4)")).toBeLessThan(bytesOf("none"));
});

it("without compression the estimate is the mean, whatever the order of the messages", () => {
  const xs = draws(6, 1);
  const estimates = [1, 2, 3].map((order) =>
    toDense(new LocalAllReduce(schemeOf("none"), layout, 6, "binomial").round(xs, seeded(order, "order"))),
  );
  for (const estimate of estimates) {
    expect(estimate).toEqual(estimates[0]);
    for (let j = 0; j < dimension; j += 1) {
      const mean = xs.reduce((sum, x) => sum + x[j]!, 0) / 6;
      expect(Math.abs(estimate[j]! - mean)).toBeLessThan(1e-6);
    }
  }
});

it("a sum changes no state before the round is opened", () => {
  const allReduce = new LocalAllReduce(schemeOf("ef14(topk(2))"), layout, 3);
  const before = structuredClone([allReduce.local, allReduce.replicated]);
  const decision = allReduce.sum(draws(3, 1));
  expect([allReduce.local, allReduce.replicated]).toEqual(before);
  allReduce.open({ round: 1, version: decision.committedBy, hash: "2".repeat(32) }, allReduce.replicated);
  expect(allReduce.local).not.toEqual(before[0]);
});
