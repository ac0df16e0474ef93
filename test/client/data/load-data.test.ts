import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../../client/base/real-clock.ts";
import { DataError } from "../../../client/data/data-set.ts";
import { drawHeldOut } from "../../../client/data/glyphs.ts";
import { type DataChoice, type DealtCounts, loadData } from "../../../client/data/load-data.ts";
import type { FileProgress } from "../../../client/data/served-files.ts";
import type { Gathered, Samples } from "../../../client/tasks/samples/samples.ts";
import { idxFile } from "./idx-file.ts";

const glyphs: DataChoice = { data: "drawn", partition: "iid", partitions: 4, samples: 40, seed: 1 };
const served: DataChoice = { ...glyphs, data: "served" };
const mnist = new URL("../../../../shared/data/mnist/", import.meta.url);

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe("loadData of drawn digits", () => {
  it.each(["writers", "iid", "dirichlet(0.5)", "shards(2)"])(
    "dealt by %s gives a seat its own samples, again and again",
    async (partition) => {
      const config = { ...glyphs, partition };
      const first = await loadData(config, 0);
      expect(all(first.train).inputs).toHaveLength(first.train.count * 784);
      expect(all((await loadData(config, 0)).train)).toEqual(all(first.train));
      expect(all((await loadData(config, 1)).train)).not.toEqual(all(first.train));
      expect(all(first.test).inputs).toEqual(drawHeldOut().images);
    },
  );

  it("deals the whole pool: the dealt together hold dealt × samples", async () => {
    const sizes = await Promise.all(
      [0, 1, 2, 3].map(async (seat) => (await loadData({ ...glyphs, partition: "dirichlet(0.3)" }, seat)).train.count),
    );
    expect(sizes.reduce((a, b) => a + b)).toBe(160);
  });

  it("says what a seat has of each class, and what there is: the seats have all of it", async () => {
    const told: DealtCounts[] = [];
    const seats = [0, 1, 2, 3];
    const parts = await Promise.all(
      seats.map((seat) => loadData({ ...glyphs, partition: "dirichlet(0.3)" }, seat, { onDealt: (counts) => told.push(counts) })),
    );
    const summed = (counts: readonly number[]): number => counts.reduce((a, b) => a + b);
    expect(told.map(({ own }) => summed(own))).toEqual(parts.map(({ train }) => train.count));
    for (const { whole } of told) expect(whole).toEqual(whole.map((_, label) => summed(told.map(({ own }) => own[label]!))));
    await loadData(glyphs, 0, { onDealt: () => expect.unreachable() });
  });

  it("refuses a pool too large to be dealt in every tab", async () => {
    const config = { ...glyphs, partition: "shards(2)", partitions: 4096, samples: 100_000 };
    await expect(loadData(config, 0)).rejects.toThrow(/expected at most 2000000 digits to be dealt, got 409600000/);
  });
});

describe("loadData of served files", () => {
  const images = idxFile(
    [6, 4, 4],
    Uint8Array.from({ length: 96 }, (_, i) => (i % 16 === 0 ? 255 : Math.floor(i / 16))),
  );
  const labels = idxFile([6], Uint8Array.of(0, 1, 2, 0, 1, 2));
  const files = {
    "train-images-idx3-ubyte.gz": new Uint8Array(gzipSync(images)),
    "train-labels-idx1-ubyte": labels,
    "t10k-images.idx3-ubyte": images,
    "test-labels.gz": new Uint8Array(gzipSync(labels)),
  };

  it("deals the training images, scales them to 0 … 1 and keeps the test set whole", async () => {
    const dataUrl = await serve(files);
    const dealt = await Promise.all([0, 1].map((seat) => loadData({ ...served, partitions: 2 }, seat, { dataUrl })));
    const [a, b] = [dealt[0]!, dealt[1]!];
    expect(a.shape).toEqual({ input: [4, 4, 1], outputs: 3 });
    expect([...all(a.train).targets, ...all(b.train).targets].sort()).toEqual([0, 0, 1, 1, 2, 2]);
    expect(all(a.train).inputs[0]).toBe(1);
    expect(all(a.test).targets).toEqual(Int32Array.of(0, 1, 2, 0, 1, 2));
    expect(all(a.test).inputs[17]).toBe(Math.fround(1 / 255));
    expect(all((await loadData({ ...served, partitions: 2 }, 2, { dataUrl })).train)).toEqual(all(a.train));
  });

  it("takes a file by its usual name before a browser's second download of it, and that before any other", async () => {
    const [other, second] = [idxFile([1], new Uint8Array(1)), new Uint8Array(gzipSync(labels))];
    const { "test-labels.gz": _, ...three } = files;
    const odd = {
      "train-images-backup": other,
      "train-images-idx3-ubyte (1).gz": other,
      "t10k-labels-idx1-ubyte (1).gz": second,
    };
    const dataUrl = await serve({ ...odd, ...three });
    expect(all((await loadData({ ...served, partitions: 1 }, 0, { dataUrl })).test).targets).toEqual(
      Int32Array.of(0, 1, 2, 0, 1, 2),
    );
  });

  it("says which file is missing or does not fit", async () => {
    const { "test-labels.gz": _, ...three } = files;
    await expect(loadData(served, 0, { dataUrl: await serve(three) })).rejects.toThrow(
      "expected a file named t10k-labels… or test-labels…, got ",
    );
    const two = { ...three, "test-labels-old": labels, "test-labels-new": labels };
    await expect(loadData(served, 0, { dataUrl: await serve(two) })).rejects.toThrow(
      "expected one file named t10k-labels… or test-labels…, got test-labels-old, test-labels-new: which one is meant?",
    );
    const short = { ...files, "test-labels.gz": idxFile([5], new Uint8Array(5)) };
    await expect(loadData(served, 0, { dataUrl: await serve(short) })).rejects.toThrow(
      "test-labels.gz: expected 6 labels, one for each image, got 5",
    );
    const flat = { ...files, "t10k-images.idx3-ubyte": idxFile([6], new Uint8Array(6)) };
    await expect(loadData(served, 0, { dataUrl: await serve(flat) })).rejects.toThrow("expected images × height × width, got 6");
  });

  it("refuses writers, a missing address, a server that is gone and an answer that is no list", async () => {
    await expect(loadData({ ...served, partition: "writers" }, 0, { dataUrl: "http://127.0.0.1/" })).rejects.toThrow(
      /got writers/,
    );
    await expect(loadData(served, 0)).rejects.toThrow(DataError);
    const dataUrl = await serve(files);
    await expect(loadData(served, 0, { dataUrl: `${dataUrl}nowhere/` })).rejects.toThrow(
      "expected the file, got status 404 (a server has data if it is started with --data)",
    );
    await expect(loadData(served, 0, { dataUrl: `${dataUrl}train-labels-idx1-ubyte` })).rejects.toThrow(
      "expected a JSON list of files",
    );
    for (const close of closers.splice(0)) close();
    const clock = { now: realClock.now, after: (ms: number, task: () => void) => realClock.after(ms < 10_000 ? 0 : ms, task) };
    await expect(loadData(served, 0, { dataUrl, clock })).rejects.toThrow("expected the file, got no byte of it in 6 attempts");
  });

  it("outlives a connection that breaks in the middle of each file, and says how far it is", async () => {
    const said: string[] = [];
    const dataUrl = await serve(files, { breaksOnce: true });
    const clock = { now: realClock.now, after: (ms: number, task: () => void) => realClock.after(ms < 10_000 ? 0 : ms, task) };
    const progress = ({ file, files, received, total }: FileProgress): unknown =>
      said.push(`${file}/${files}: ${received}/${total}`);
    const data = await loadData({ ...served, partitions: 1 }, 0, { dataUrl, clock, progress });
    expect(all(data.test).targets).toEqual(Int32Array.of(0, 1, 2, 0, 1, 2));
    expect(said[0]).toBe("1/4: 0/null");
    expect(said.at(-1)).toBe(`4/4: ${files["test-labels.gz"].length}/${files["test-labels.gz"].length}`);
  });

  it("gives up when it is told to", async () => {
    const abort = AbortSignal.abort(new Error("left the room"));
    await expect(loadData(served, 0, { dataUrl: await serve(files), signal: abort })).rejects.toThrow("left the room");
  });

  it.runIf(existsSync(mnist))("reads MNIST where its files are at hand", async () => {
    const names = readdirSync(mnist).filter((name) => name.includes("ubyte"));
    const dataUrl = await serve(
      Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(new URL(name, mnist)))])),
    );
    const data = await loadData({ ...served, partition: "shards(2)", partitions: 100 }, 7, { dataUrl });
    expect(data.shape).toEqual({ input: [28, 28, 1], outputs: 10 });
    expect(data.train.count).toBe(600);
    expect(data.test.count).toBe(10_000);
  });
});

/** All samples, as a model takes them. */
function all(samples: Samples): Gathered {
  return samples.gather(
    Uint32Array.from({ length: samples.count }, (_, i) => i),
    { statistics: samples.statistics },
  );
}

/** Serves the files and their list on loopback until the test ends. */
async function serve(files: Readonly<Record<string, Uint8Array>>, { breaksOnce = false } = {}): Promise<string> {
  const broken = new Set<string>();
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.slice("/data/".length) ?? "");
    const body = name === "" ? JSON.stringify({ files: Object.keys(files) }) : files[name];
    if (breaksOnce && body !== undefined && !broken.has(name)) {
      broken.add(name);
      response.writeHead(200, { "content-length": body.length }).write(body.slice(0, 5), () => response.destroy());
    } else response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`;
}
