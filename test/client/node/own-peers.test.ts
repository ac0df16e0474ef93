import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inputFileOfBytes } from "../../../client/data/files/input-file.ts";
import type { OwnData } from "../../../client/data/own-data.ts";
import { readFiles } from "../../../client/data/read-files.ts";
import { startNodePeer } from "../../../client/node/node-peer.ts";
import type { FinalModel } from "../../../client/peer/client-report.ts";
import { seeded, shuffle } from "../../../shared/base/random.ts";
import type { Confusion } from "../../../shared/run/confusion.ts";
import type { RoundReport } from "../../../shared/run/report.ts";
import { createSignalingServer, type SignalingServer } from "../../../signaling-server/main.ts";

const sets = new URL("../../../../shared/data/uci/", import.meta.url);
const isHere = existsSync(sets);

let server: SignalingServer;
beforeAll(async () => {
  server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
});
afterAll(() => server.close());

/** The rows of a public table without its first line, in an order of the seed's. */
function rowsOf(name: string, seed: number): string[] {
  const rows = readFileSync(new URL(name, sets), "utf8").trim().split("\n").slice(1);
  const order = shuffle(
    Uint32Array.from(rows, (_, i) => i),
    seeded(seed, "split"),
  );
  return Array.from(order, (i) => rows[i]!);
}

/** A person's table under a header of its own. */
async function tableOf(header: readonly string[], rows: readonly string[], asked: OwnData["asked"]): Promise<OwnData> {
  const bytes = new TextEncoder().encode(`${header.join(",")}\n${rows.join("\n")}\n`);
  return { files: await readFiles([inputFileOfBytes("own.csv", bytes)]), label: null, asked, take: null };
}

/** Peers with tables of their own, over WebRTC, until the run is over: their tests of the final model. @param onRound told of their rounds */
async function trained(
  room: string,
  tables: readonly OwnData[],
  onRound: (report: RoundReport) => void = () => {},
): Promise<readonly FinalModel[]> {
  const peers: ReturnType<typeof startNodePeer>[] = [];
  const finals = tables.map(
    (ownData, i) =>
      new Promise<FinalModel>((resolve, reject) => {
        const peer = startNodePeer({
          ...{ serverUrl: server.url, room, label: `peer ${i}`, config: null, ownData },
          report(report) {
            if (report.type === "refused") reject(new Error(report.reason));
            if (report.type === "evaluated") resolve(report);
            if (report.type === "round") onRound(report);
          },
        });
        peer.catch(reject);
        peers.push(peer);
      }),
  );
  try {
    return await Promise.all(finals);
  } finally {
    await Promise.all(peers.map(async (peer) => (await peer).close()));
  }
}

it("four peers that train a model with batch normalization hold one model, its moving means included", async () => {
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 8 === 1 + ((i >> 6) % 2) * 4 ? 255 : 0));
  const labels = Int32Array.from({ length: 64 }, (_, i) => i % 2);
  const train = { kind: "images", height: 8, width: 8, channels: 1, pixels, labels, classes: ["left", "right"] } as const;
  const asked = { model: "resnet(10, width=2, norm=batch)", rounds: 4, startAt: 4, localSteps: 1, batch: 8 };
  const tables = [0, 1, 2, 3].map((part): OwnData => {
    return { files: { format: "idx", train, test: null, leftOut: [] }, label: null, asked, take: { part, of: 4 } };
  });
  const finals = await trained("striped", tables);
  expect(new Set(finals.map(({ hash }) => hash)).size).toBe(1);
  expect(finals[0]!.accuracy).not.toBeNull();
}, 120_000);

it("two peers with tables of so many columns that a run's text cannot name them train one model, each column its own", async () => {
  const names = Array.from({ length: 300 }, (_, i) => `measurement at the place ${i}`);
  const rng = seeded(3, "wide");
  // The first columns tell the kind.
  const rows = Array.from({ length: 80 }, (_, i) => names.map((_, at) => rng.uniform() + (at < 60 ? i % 2 : 0)));
  const table = (from: number, isTurned: boolean): Promise<OwnData> => {
    const turned = <T>(cells: readonly T[]): readonly T[] => (isTurned ? [...cells].reverse() : cells);
    const own = rows.slice(from, from + 40).map((row, i) => [...turned(row), i % 2 === 0 ? "ash" : "oak"].join(","));
    return tableOf([...turned(names), "kind"], own, { rounds: 12, startAt: 2 });
  };
  const finals = await trained("wide", [await table(0, false), await table(40, true)]);
  expect(new Set(finals.map(({ hash }) => hash)).size).toBe(1);
  for (const { accuracy } of finals) expect(accuracy).toBeGreaterThanOrEqual(0.9);
}, 120_000);

/** How many samples a confusion matrix has, and which part of them on its diagonal. */
function shareOfTrace(confusion: Confusion | null): { readonly total: number; readonly accuracy: number } {
  const total = confusion!.flat().reduce((sum, count) => sum + count, 0);
  return { total, accuracy: confusion!.reduce((sum, row, i) => sum + row[i]!, 0) / total };
}

const parts = (rows: readonly string[], count: number): string[][] =>
  Array.from({ length: count }, (_, part) => rows.filter((_, i) => i % count === part));

it.runIf(isHere)(
  "two peers with two tables of breast cancer reach 93 % on what they held out, as the mean of five splits",
  async () => {
    const header = [...Array.from({ length: 30 }, (_, i) => `f${i}`), "diagnosis"];
    const accuracies: number[] = [];
    const rounds: RoundReport[] = [];
    for (let split = 1; split <= 5; split += 1) {
      const asked = { rounds: 30, startAt: 2, seed: split };
      const tables = await Promise.all(parts(rowsOf("breast_cancer.csv", split), 2).map((rows) => tableOf(header, rows, asked)));
      const finals = await trained(`clinic-${split}`, tables, (report) => void rounds.push(report));
      expect(new Set(finals.map(({ hash }) => hash)).size).toBe(1);
      for (const { confusion, accuracy, tested: count } of finals)
        expect(shareOfTrace(confusion)).toEqual({ total: count, accuracy });
      const tested = finals.reduce((sum, final) => sum + final.tested, 0);
      // What both tested in a round is what each has held out.
      const whole = rounds.filter(({ round, contributors }) => round === 30 && contributors === 2);
      for (const { confusion, accuracy } of whole) expect(shareOfTrace(confusion)).toEqual({ total: tested, accuracy });
      rounds.length = 0;
      accuracies.push(finals.reduce((sum, { accuracy, tested: count }) => sum + accuracy! * count, 0) / tested);
    }
    expect(accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / 5, JSON.stringify(accuracies)).toBeGreaterThanOrEqual(0.93);
  },
  240_000,
);

it.runIf(isHere)(
  "a column of wine is predicted with a mean error at least 30 % below that of the mean",
  async () => {
    const header = [...Array.from({ length: 13 }, (_, i) => `f${i}`), "kind"];
    // Flavanoids, the seventh column, last.
    const turned = rowsOf("wine_data.csv", 1).map((row) => {
      const cells = row.split(",");
      return [...cells.filter((_, i) => i !== 6), cells[6]!].join(",");
    });
    const columns = [...header.filter((_, i) => i !== 6), header[6]!];
    const asked = { rounds: 60, startAt: 2, task: "regression" } as const;
    const tables = await Promise.all(parts(turned, 2).map((rows) => tableOf(columns, rows, asked)));
    const finals = await trained("cellar", tables);
    const values = turned.map((row) => Number(row.split(",").at(-1)));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const ofMean = values.reduce((sum, value) => sum + Math.abs(value - mean), 0) / values.length;
    const tested = finals.reduce((sum, final) => sum + final.tested, 0);
    const error = finals.reduce((sum, { metrics, tested: count }) => sum + metrics["mae"]! * count, 0) / tested;
    expect(error).toBeLessThanOrEqual(0.7 * ofMean);
  },
  120_000,
);
