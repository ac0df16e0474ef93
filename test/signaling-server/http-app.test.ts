import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSignalingClient, type SignalingClient } from "../../client/peer/signaling-client.ts";
import { pageDocument } from "../../signaling-server/page-document.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { folderWith, getRaw, startServer } from "./server-harness.ts";

describe("the page", () => {
  it("is served at / and for every room, not cached, isolated from other origins", async () => {
    const pageFolder = await folderWith({ "index.html": "<!doctype html><p>copse", "assets/app-1a2b.js": "1" });
    const { url } = await startServer({ pageFolder });
    for (const path of ["/", "/r/quiet-fox-42"]) {
      const response = await fetch(url + path);
      expect(await response.text()).toContain("copse");
      expect(response.headers.get("content-type")).toContain("text/html");
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(response.headers.get("content-security-policy")).toContain("'wasm-unsafe-eval'");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("x-powered-by")).toBeNull();
    }
  });

  it("has its assets cached for ever and of the right type", async () => {
    const pageFolder = await folderWith({ "index.html": "", "assets/app-1a2b.js": "1", "assets/m.wasm": "w" });
    const { url } = await startServer({ pageFolder });
    const script = await fetch(`${url}/assets/app-1a2b.js`);
    expect(script.headers.get("content-type")).toContain("text/javascript");
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect((await fetch(`${url}/assets/m.wasm`)).headers.get("content-type")).toBe("application/wasm");
  });

  it("has what is sent of a file in the smallest form that the client takes, each for ever", async () => {
    const script = "let x = 1;".repeat(500);
    const forms = { "": script, ".br": brotliCompressSync(script), ".gz": gzipSync(script) };
    const files = Object.entries(forms).map(([suffix, bytes]) => [`assets/a.js${suffix}`, bytes]);
    const pageFolder = await folderWith({
      ...Object.fromEntries(files),
      "assets/b.js": "1",
      "assets/c.js": "1",
      "assets/c.js.gz": "2",
    });
    const { port } = await startServer({ pageFolder });
    const get = (path: string, encodings: string, more = {}) =>
      getRaw(port, path, { "Accept-Encoding": encodings, ...more }).then(({ status, headers, bytes }) => ({
        ...{ status, bytes, headers, vary: headers["vary"], encoding: headers["content-encoding"] },
      }));
    const tags = new Set<unknown>();
    for (const [encodings, encoding, unpack] of [
      ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
      ["gzip, deflate", "gzip", gunzipSync],
      ["br;q=0, gzip;q=0.5", "gzip", gunzipSync],
      ["identity", undefined, (bytes: Buffer) => bytes],
      ["", undefined, (bytes: Buffer) => bytes],
    ] as const) {
      const answer = await get("/assets/a.js?v", encodings);
      expect(answer).toMatchObject({ status: 200, encoding, vary: "Accept-Encoding" });
      expect(unpack(answer.bytes).toString()).toBe(script);
      expect(answer.headers["content-type"]).toMatch("text/javascript");
      expect(answer.headers["cache-control"]).toContain("immutable");
      expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
      const again = await get("/assets/a.js", encodings, { "If-None-Match": String(answer.headers["etag"]) });
      expect(again).toMatchObject({ status: 304, vary: "Accept-Encoding" });
      tags.add(answer.headers["etag"]);
    }
    expect(tags.size).toBe(3);
    expect(await get("/assets/b.js", "br")).toMatchObject({ status: 200, encoding: undefined, vary: undefined });
    expect(await get("/assets/c.js", "br, gzip")).toMatchObject({ status: 200, encoding: "gzip" });
    expect(await get("/assets/c.js", "br")).toMatchObject({ status: 200, encoding: undefined, vary: "Accept-Encoding" });
    expect((await get("/assets/d.js", "br")).status).toBe(404);
  });

  it("is told how far up the server's folder is, and what other devices call it", async () => {
    const pageFolder = await folderWith({ "index.html": '<base href="./" /><p>' });
    const place = (path: string, networkUrl: string | null) => pageDocument(pageFolder, { path, networkUrl });
    expect(await place("/", null)).toBe('<base href="./" /><p>');
    expect(await place("/r/x", null)).toBe('<base href="../" /><p>');
    const network = '<meta name="copse-network" content="http://192.168.1.7:8080/" />';
    expect(await place("/r/x/", "http://192.168.1.7:8080/")).toBe(`<base href="../../" />${network}<p>`);
  });

  it("says how to build it where it is not built", async () => {
    const { url } = await startServer({ pageFolder: await folderWith({}) });
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
  });

  it("does not let a path climb out of its folder", async () => {
    const pageFolder = await folderWith({ "page/index.html": "", "secret.txt": "secret" });
    const { port } = await startServer({ pageFolder: join(pageFolder, "page") });
    for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/..%5csecret.txt"]) {
      const { status, text } = await getRaw(port, path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain("secret");
    }
  });
});

describe("a page's last word", () => {
  it("makes the client leave whose secret it is, and nobody else", async () => {
    const { url } = await startServer();
    const clients = ["a", "b"].map((name) => createSignalingClient({ url, session: `secret-${name}` }));
    onTestFinished(() => {
      for (const client of clients) client.close();
    });
    const [first, second] = clients as [SignalingClient, SignalingClient];
    const ended = new Promise<void>((resolve) => void first.onConnection((connected) => connected || resolve()));
    await Promise.all(clients.map((client) => new Promise<void>((resolve) => void client.onConnection((is) => is && resolve()))));
    const welcomed = clients.map(
      (client) => new Promise<void>((resolve) => void client.onMessage(({ kind }) => kind === "welcome" && resolve())),
    );
    first.send(helloOf(0, { room: "x", peer: "a".repeat(16) }));
    second.send(helloOf(1, { room: "x", peer: "b".repeat(16) }));
    await Promise.all(welcomed);
    const last = { room: "x", peer: "a".repeat(16), session: "secret-a" };
    const others = [{ ...last, session: "secret-b" }, { ...last, session: "" }, { ...last, room: "y" }, [], "x".repeat(2_000)];
    for (const body of [...others.map((other) => JSON.stringify(other)), "{", JSON.stringify(last)])
      await fetch(`${url}/leave`, { method: "POST", body });
    await ended;
    const { peers } = (await fetch(`${url}/healthz`).then((response) => response.json())) as { peers: number };
    expect(peers).toBe(1);
  });
});

describe("the model folder", () => {
  it("is listed and served beside the data, and the server says whether there is one", async () => {
    const modelFolder = await folderWith({ "model.json": "{}", "weights.bin": "1234", ".hidden": "no" });
    const { url } = await startServer({ modelFolder });
    expect(await fetch(`${url}/model/`).then((r) => r.json())).toEqual({ files: ["model.json", "weights.bin"] });
    expect(await fetch(`${url}/model/weights.bin`).then((r) => r.text())).toBe("1234");
    expect((await fetch(`${url}/model/.hidden`)).status).toBe(404);
    expect(await fetch(`${url}/healthz`).then((r) => r.json())).toMatchObject({ data: "none", model: "served" });
    const bare = await startServer();
    expect(await fetch(`${bare.url}/model/`).then((r) => r.text())).toContain("start it with --model and a folder");
    expect(await fetch(`${bare.url}/healthz`).then((r) => r.json())).toMatchObject({ model: "none" });
  });
});

describe("the data folder", () => {
  it("is listed and its files are served byte for byte", async () => {
    const dataFolder = await folderWith({
      "train-images-idx3-ubyte": "images",
      "labels.idx": "labels",
      "t10k-labels 100% (1).gz": "second",
      ".hidden": "no",
      "sub/x": "no",
    });
    const { url } = await startServer({ dataFolder });
    expect(await fetch(`${url}/data/`).then((r) => r.json())).toEqual({
      files: ["labels.idx", "t10k-labels 100% (1).gz", "train-images-idx3-ubyte"],
    });
    const second = await fetch(`${url}/data/${encodeURIComponent("t10k-labels 100% (1).gz")}`);
    expect(await second.text()).toBe("second");
    const file = await fetch(`${url}/data/train-images-idx3-ubyte`);
    expect(await file.text()).toBe("images");
    expect(file.headers.get("content-type")).toBe("application/octet-stream");
  });

  it("goes on with a file where a peer left off, as long as it is the same", async () => {
    const dataFolder = await folderWith({ "train-images-idx3-ubyte": "images" });
    const { url } = await startServer({ dataFolder });
    const address = `${url}/data/train-images-idx3-ubyte`;
    const whole = await fetch(address);
    const tag = whole.headers.get("etag") ?? "none";
    expect([await whole.text(), whole.headers.get("content-length"), whole.headers.get("content-encoding")]).toEqual([
      "images",
      "6",
      null,
    ]);
    const rest = await fetch(address, { headers: { Range: "bytes=2-" } });
    const { status, headers } = rest;
    expect([status, headers.get("content-range"), headers.get("etag")]).toEqual([206, "bytes 2-5/6", tag]);
    expect(await rest.text()).toBe("ages");
    await writeFile(join(dataFolder, "train-images-idx3-ubyte"), "others!");
    const changed = await fetch(address, { headers: { Range: "bytes=2-", "If-Range": tag } });
    expect([changed.status, await changed.text()]).toEqual([200, "others!"]);
  });

  it("gives nothing that is not directly in it or begins with a dot", async () => {
    const folder = await folderWith({
      "data/a.idx": "a",
      "data/.hidden": "secret",
      "data/sub/x": "secret",
      "package.json": "secret",
    });
    const { port } = await startServer({ dataFolder: join(folder, "data") });
    const paths = [
      "/data/../package.json",
      "/data/%2e%2e%2fpackage.json",
      "/data/..",
      "/data/.hidden",
      "/data/sub",
      "/data/sub/x",
      "/data/sub%2fx",
      "/data/a.idx%00",
      "/data/missing",
    ];
    for (const path of paths) {
      const { status, text } = await getRaw(port, path);
      expect([400, 404]).toContain(status);
      expect(text).not.toContain("secret");
    }
  });

  it("is a 404 that says what to do where there is none", async () => {
    const { url } = await startServer();
    for (const path of ["/data", "/data/", "/data/a.idx"]) {
      const response = await fetch(url + path);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain("--data");
    }
  });
});
