import { expect, it, onTestFinished } from "vitest";
import { startNodePeer } from "../../../client/node/node-peer.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { createSignalingServer } from "../../../signaling-server/main.ts";

const count = 24;

it("24 peers begun at once in one process all train, and hold one model", async () => {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
  const config = { ...defaultConfig, model: "softmax", samples: 10, localSteps: 1, startAt: count, rounds: 4 } as const;
  const hashes = new Map<number, string>();
  const problems: string[] = [];
  let counted = 0;
  const begin = (i: number) =>
    new Promise<Awaited<ReturnType<typeof startNodePeer>>>((resolve, reject) => {
      const peer = startNodePeer({
        serverUrl: server.url,
        room: "Two Dozen",
        label: `peer ${i}`,
        config,
        report(report) {
          if (report.type === "backend") problems.push(...report.passedOver);
          if (report.type === "round") counted = Math.max(counted, report.contributors);
          if (report.type === "refused") reject(new Error(report.reason));
          if (report.type === "finished") {
            hashes.set(i, report.hash);
            resolve(peer);
          }
        },
      });
      peer.catch(reject);
    });
  const peers = await Promise.all(Array.from({ length: count }, (_, i) => begin(i)));
  onTestFinished(async () => {
    await Promise.all(peers.map(({ close }) => close()));
    await server.close();
  });
  expect(problems).toEqual([]);
  expect(hashes.size).toBe(count);
  expect(new Set(hashes.values()).size).toBe(1);
  expect(counted).toBe(count);
}, 240_000);
