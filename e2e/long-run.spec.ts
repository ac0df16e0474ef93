import { expect, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { lastRound } from "../test/support/report-book.ts";
import { openPlainChromium, type PlainTab, type PlainTarget } from "./support/plain-chromium.ts";
import { inTestRoom } from "./support/room.ts";
import { quick, startMs, untilFurther, untilWhole } from "./support/rounds.ts";
import { addressOf } from "./support/tab.ts";

/** Rounds until bounded memory is in use: compiled code, buffers of selections, bounded logs. */
const warmUpRounds = 70;
const rounds = process.env["COPSE_NIGHTLY"] === "1" ? 500 : 60;
/** Allowed growth. A point of a chart takes some 200 bytes a round, up to 2,000 points; a leaked vector of this model would take 31,400. */
const bytesPerRound = 1_000;
/** Error of the measurement: caches of the browser. Six measurements differed by −310,000 to +200,000 bytes. */
const noiseBytes = 500_000;

const config = configOf({ ...quick, startAt: 3 });

/** The least of ten heaps: at another moment of a round a selection or a message is in use. */
async function leastHeap(target: PlainTarget): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i += 1) least = Math.min(least, await heapOf(target));
  return least;
}

/** Bytes of JavaScript after a collection: objects, and the buffers and wrappers that they hold. */
async function heapOf(target: PlainTarget): Promise<number> {
  // Twice: the second finds what finalizers of the first released.
  for (let i = 0; i < 2; i += 1) await target.send("HeapProfiler.collectGarbage");
  const {
    usedSize,
    embedderHeapUsedSize = 0,
    backingStorageSize = 0,
  } = (await target.send("Runtime.getHeapUsage")) as Record<string, number>;
  return usedSize! + embedderHeapUsedSize + backingStorageSize;
}

/** The least of 100 counts: during a training step there are more tensors. */
async function fewestTensors(worker: PlainTarget): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 100; i += 1) fewest = Math.min(fewest, Number(await worker.evaluate("_tfengine.state.numTensors")));
  return fewest;
}

async function measure(tab: PlainTab) {
  const worker = await tab.worker;
  return {
    tensors: await fewestTensors(worker),
    wasmBytes: await worker.evaluate("_tfengine.backendInstance.wasm.HEAPU8.byteLength"),
    channels: await tab.evaluate("opened.filter((connection) => connection.deref()?.connectionState === 'connected').length"),
    dialled: await tab.evaluate("opened.length"),
    page: await leastHeap(tab),
    worker: await leastHeap(worker),
  };
}

test(`a tab has after ${rounds} rounds the tensors, the heap and the channels that it had before them`, async () => {
  test.setTimeout(240_000 + 1_000 * rounds);
  const chromium = await openPlainChromium(null);
  try {
    await inTestRoom(config, { peers: 2 }, async (room) => {
      const books = room.peers.map(({ book }) => book);
      const tab = await chromium.open("about:blank");
      await tab.send("Page.enable");
      await tab.send("Page.addScriptToEvaluateOnNewDocument", {
        source: `const opened = []; RTCPeerConnection = class extends RTCPeerConnection { constructor(...given) { super(...given); opened.push(new WeakRef(this)); } };`,
      });
      await tab.send("Page.navigate", { url: addressOf(room.link, config) });
      await untilWhole(room, books, 3);
      await untilFurther(room, books, warmUpRounds);
      const [from, before] = [lastRound(books[0]!), await measure(tab)];
      await room.until(
        () => books.every((book) => lastRound(book) >= from + rounds),
        `${rounds} rounds`,
        startMs + 1_000 * rounds,
      );
      const after = await measure(tab);
      const { page, worker, ...counts } = before;
      expect(counts.channels).toBeGreaterThan(0);
      expect(after).toMatchObject(counts);
      process.stderr.write(
        `${rounds} rounds: the page's heap ${page} → ${after.page} bytes, the worker's ${worker} → ${after.worker}\n`,
      );
      const most = noiseBytes + bytesPerRound * rounds;
      expect(after.page - page).toBeLessThan(most);
      expect(after.worker - worker).toBeLessThan(most);
    });
  } finally {
    await chromium.close();
  }
});
