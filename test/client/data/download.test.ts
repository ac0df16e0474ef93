import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../../client/base/real-clock.ts";
import { DataError } from "../../../client/data/data-set.ts";
import { type DownloadOptions, type DownloadProgress, download } from "../../../client/data/download.ts";

const file = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) % 251);
const other = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 5) % 241);
const options: DownloadOptions = { maxBytes: 2 ** 20, clock: realClock, firstPauseMs: 1 };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe("download", () => {
  it("goes on from the bytes that are here when the connection breaks, and breaks again", async () => {
    const { url, asked } = await serve((request, response, attempt) => {
      const from = answer(request, response, { etag: '"a"' });
      breakAfter(response, file.subarray(from), attempt < 2 ? 100_000 : null);
    });
    expectBytes(await download(url, options), file);
    expect(asked.map(({ headers }) => [headers.range, headers["if-range"]])).toEqual([
      [undefined, undefined],
      ["bytes=100000-", '"a"'],
      ["bytes=200000-", '"a"'],
    ]);
  });

  it("goes on by a weak tag or a date, too, which is compared and not sent", async () => {
    for (const validator of [{ etag: 'W/"a"' }, { "last-modified": "Mon, 05 Jan 2026 10:00:00 GMT" }]) {
      const { url, asked } = await serve((request, response, attempt) => {
        breakAfter(response, file.subarray(answer(request, response, validator)), attempt === 0 ? 100_000 : null);
      });
      expectBytes(await download(url, options), file);
      expect(asked.map(({ headers }) => [headers.range, headers["if-range"]]).at(-1)).toEqual(["bytes=100000-", undefined]);
    }
  });

  it("takes up again what stalls, before its first byte and after it", async () => {
    const { url, asked } = await serve((request, response, attempt) => {
      if (attempt === 0) return; // no answer at all
      const from = answer(request, response, { etag: '"a"' });
      if (attempt === 1) response.write(file.subarray(0, 50_000));
      else response.end(file.subarray(from));
    });
    const said: DownloadProgress[] = [];
    const progress = (now: DownloadProgress): unknown => said.push(now);
    expectBytes(await download(url, { ...options, stallMs: 200, progress }), file);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, undefined, "bytes=50000-"]);
    expect(said.flatMap(({ problem }) => problem ?? [])).toEqual(["no byte came for 0.2 s", "no byte came for 0.2 s"]);
  });

  it.each([
    ['"b"', "whose server hears If-Range"],
    ['W/"b"', "whose server does not"],
  ])("begins anew with a file that has changed meanwhile (%s), %s", async (etag) => {
    const { url } = await serve((request, response, attempt) => {
      const now = attempt === 0 ? file : other;
      const from = answer(request, response, { etag: attempt === 0 ? etag.replace("b", "a") : etag }, now);
      breakAfter(response, now.subarray(from), attempt === 0 ? 100_000 : null);
    });
    expectBytes(await download(url, options), other);
  });

  it("begins anew with a file that has become shorter than what is here of it", async () => {
    const { url } = await serve((_, response, attempt) => {
      if (attempt === 1) return void response.writeHead(416, { "content-range": "bytes */10" }).end();
      const now = attempt === 0 ? file : other.subarray(0, 10);
      response.writeHead(200, { etag: `"${attempt}"`, "content-length": now.length });
      breakAfter(response, now, attempt === 0 ? 100_000 : null);
    });
    expectBytes(await download(url, options), other.subarray(0, 10));
  });

  it("begins anew where the server knows no ranges, no versions, or gives another range than was asked for", async () => {
    for (const kind of ["no ranges", "no versions", "another range", "packed"]) {
      const { url, asked } = await serve((request, response, attempt) => {
        const versions = kind === "no versions" ? {} : { etag: '"a"' };
        const size = { ...versions, "content-length": file.length };
        if (kind === "packed") response.writeHead(200, { etag: '"a"', "content-encoding": "identity, x" });
        else if (kind === "another range" && request.headers.range !== undefined) {
          const range = `bytes 7-${file.length - 1}/${file.length}`;
          response.writeHead(206, { etag: '"a"', "content-range": range, "content-length": file.length - 7 });
          return void response.end(file.subarray(7));
        } else response.writeHead(200, size);
        breakAfter(response, file, attempt === 0 ? 100_000 : null);
      });
      expectBytes(await download(url, options), file);
      if (kind === "no versions" || kind === "packed") expect(asked[1]?.headers.range, kind).toBeUndefined();
    }
  });

  it("gives up with a sentence after six attempts that bring no new byte, even if each brings the old ones", async () => {
    const { url, asked } = await serve((_, response) => {
      response.writeHead(200, { "content-length": file.length });
      breakAfter(response, file, 100_000);
    });
    await expect(download(url, options)).rejects.toThrow(
      /: expected the file, got 100 kB of 300 kB and nothing more in 6 attempts \(.+\)\. See that/,
    );
    expect(asked).toHaveLength(7);
  });

  it("waits longer after each attempt that brought nothing, and never longer than 8 s", async () => {
    const { url } = await serve((_, response) => response.writeHead(503).end());
    const pauses: number[] = [];
    const clock = {
      now: realClock.now,
      after(ms: number, task: () => void) {
        if (ms === 60_000) return realClock.after(ms, task);
        pauses.push(ms);
        return realClock.after(0, task);
      },
    };
    await expect(download(url, { ...options, clock, stallMs: 60_000, firstPauseMs: 1_000 })).rejects.toThrow(
      "got no byte of it in 6 attempts (status 503)",
    );
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  it.each([404, 403, 401, 400])("asks once only where the server refuses it with status %i", async (status) => {
    const { url, asked } = await serve((_, response) => response.writeHead(status).end("no"));
    await expect(download(url, options)).rejects.toThrow(`${url}: expected the file, got status ${status}`);
    expect(asked).toHaveLength(1);
  });

  it("says how far it is, never less than before, and that it is whole at the end", async () => {
    const { url } = await serve((_, response, attempt) => {
      response.writeHead(200, { "content-length": file.length });
      breakAfter(response, file, attempt < 2 ? 100_000 * (attempt + 1) : null);
    });
    const said: DownloadProgress[] = [];
    await download(url, { ...options, progress: (progress) => said.push(progress) });
    const received = said.map((progress) => progress.received);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
    expect(said[0]).toEqual({ received: 0, total: null, problem: null });
    expect(said.filter(({ problem }) => problem !== null)).toMatchObject([{ received: 100_000 }, { received: 200_000 }]);
    expect(said.at(-1)).toEqual({ received: file.length, total: file.length, problem: null });
  });

  it("refuses a file of more bytes than allowed, by what it says of itself and by what comes", async () => {
    const length = { "content-length": file.length };
    for (const headers of [length, {}]) {
      const { url, asked } = await serve((_, response) => response.writeHead(200, headers).end(file));
      await expect(download(url, { ...options, maxBytes: 299_999 })).rejects.toThrow(
        new DataError(`${url}: expected at most 299999 bytes, got more`),
      );
      expect(asked).toHaveLength(1);
    }
  });

  it.each(["before the first byte", "between bytes", "in a pause"])("ends at once when it is told to %s", async (when) => {
    const left = new AbortController();
    const reason = new Error("left the room");
    const { url, asked } = await serve((_, response) => {
      if (when === "before the first byte") left.abort(reason);
      else if (when === "between bytes") response.writeHead(200).write(file.subarray(0, 10), () => left.abort(reason));
      else response.writeHead(503).end();
    });
    const progress = ({ problem }: DownloadProgress): void => {
      if (problem !== null) queueMicrotask(() => left.abort(reason));
    };
    await expect(download(url, { ...options, firstPauseMs: 1e6, signal: left.signal, progress })).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });
});

/** The bytes are these; a difference is not printed. */
function expectBytes(got: Uint8Array, expected: Uint8Array): void {
  expect([got.length, Buffer.compare(got, expected)]).toEqual([expected.length, 0]);
}

/** Writes the head for what was asked for, as a server that knows ranges does. @returns where its bytes begin */
function answer(request: IncomingMessage, response: ServerResponse, validator: Record<string, string>, bytes = file): number {
  const { range, "if-range": condition } = request.headers;
  const from =
    condition !== undefined && condition !== validator["etag"] ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const length = { "content-length": bytes.length - from };
  if (from === 0) response.writeHead(200, { ...validator, ...length });
  else response.writeHead(206, { ...validator, ...length, "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
  return from;
}

/** Sends so many bytes, then breaks the connection; null: sends all. */
function breakAfter(response: ServerResponse, bytes: Uint8Array, count: number | null): void {
  if (count === null) response.end(bytes);
  else response.write(bytes.subarray(0, count), () => response.destroy());
}

/** A server on loopback, until the test ends, that answers the requests as told. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse, attempt: number) => unknown) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    handle(request, response, asked.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/file`, asked };
}
