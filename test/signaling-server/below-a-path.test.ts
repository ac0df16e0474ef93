import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Server } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { serverAddress } from "../../client/base/server-address.ts";
import { loadData } from "../../client/data/load-data.ts";
import { openProxyServer } from "../../e2e/support/proxy-server.ts";
import { basePathOf } from "../../signaling-server/strip-base-path.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { folderWith, getRaw, startClient, startServer } from "./server-harness.ts";

const credentials = `Basic ${Buffer.from("user:pass word").toString("base64")}`;

/** A proxy that has the server at this port as its folder /copse/, for who knows the password. */
async function guardedFolder(target: number): Promise<string> {
  const isWelcome = ({ url = "", headers }: IncomingMessage): boolean =>
    url.startsWith("/copse/") && headers.authorization === credentials;
  const inner = (url: string): string => url.slice("/copse".length);
  const proxy = createServer((incoming, outgoing) => {
    if (!isWelcome(incoming)) return void outgoing.writeHead(401).end();
    const { method, headers, url = "" } = incoming;
    const forwarded = request({ host: "127.0.0.1", port: target, method, headers, path: inner(url) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  const sockets = new Set<Socket>();
  proxy.on("upgrade", (incoming, socket: Socket) => {
    if (!isWelcome(incoming)) return void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    const server = connect(target, "127.0.0.1");
    const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}`);
    server.write(`GET ${inner(incoming.url ?? "")} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    for (const each of [socket, server]) sockets.add(each.on("error", () => each.destroy()));
    socket.pipe(server).pipe(socket);
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    await new Promise((done) => proxy.close(done));
  });
  return `http://user:pass%20word@127.0.0.1:${(proxy.address() as AddressInfo).port}/copse`;
}

describe("a server behind a web server, configured as docs/hosting.md shows", () => {
  const page = {
    "index.html": '<!doctype html><base href="./" /><script src="./assets/a.js">',
    "assets/a.js": "works",
    "icon.svg": "<svg/>",
  };

  for (const kind of ["nginx", "caddy", "caddy that keeps the path"] as const) {
    it(`is whole below a path: ${kind}`, async () => {
      const [pageFolder, dataFolder] = [await folderWith(page), await folderWith({ "train-images": "1" })];
      const { port } = await startServer({
        pageFolder,
        dataFolder,
        ...(kind === "caddy that keeps the path" ? { basePath: "/copse/" } : {}),
      });
      const proxy = await openProxyServer(kind, port);
      onTestFinished(() => proxy.close());
      for (const path of ["", "/", "/r/quiet-fox-42", "/r/quiet-fox-42/", "/r/quiet-fox-42?relay-only"]) {
        const response = await fetch(proxy.url + path);
        // As a browser resolves it: the page's base, and a script's address below that.
        const [, base = ""] = /<base href="(.*?)"/.exec(await response.text()) ?? [];
        const folder = new URL(base, response.url);
        expect(folder.href).toBe(`${proxy.url}/`);
        expect(await fetch(new URL("./assets/a.js", folder)).then((script) => script.text())).toBe("works");
      }
      const { url, data, leave, health } = serverAddress(`${proxy.url}/r/quiet-fox-42`);
      expect(await fetch(data).then((list) => list.json())).toEqual({ files: ["train-images"] });
      expect(await fetch(health).then((answer) => answer.json())).toMatchObject({ status: "ok" });
      expect((await fetch(leave, { method: "POST", body: "{}" })).status).toBe(204);
      const { next } = startClient(url, helloOf(1));
      expect((await next("welcome")).kind).toBe("welcome");
    });
  }

  it("is found without the folder, too, and with a slash too many", async () => {
    const { port } = await startServer({ pageFolder: await folderWith(page), basePath: "/copse/" });
    for (const path of ["/assets/a.js", "/copse/assets/a.js", "//assets/a.js"]) {
      expect((await getRaw(port, path)).text).toBe("works");
    }
    expect((await getRaw(port, "/other/assets/a.js")).status).toBe(404);
  });

  it("takes any path of folders, and nothing else", () => {
    for (const text of ["copse", "/copse", "copse/", "//copse//"]) expect(basePathOf(text)).toBe("/copse/");
    expect(basePathOf("")).toBe("/");
    expect(basePathOf("/a/b.c/~d")).toBe("/a/b.c/~d/");
    for (const text of ["/a b", "http://host/", "/a?b", "/../", "/./a", "#"]) expect(basePathOf(text)).toBeNull();
  });
});

describe("a server that is a folder of its host and asks for a password", () => {
  it("is joined over a websocket", async () => {
    const { port } = await startServer();
    const { next } = startClient(await guardedFolder(port), helloOf(1));
    expect((await next("welcome")).kind).toBe("welcome");
  });

  it("is joined by long polling", async () => {
    const http = createServer();
    const io = new Server(http, {
      path: "/copse/socket.io/",
      transports: ["polling"],
      allowRequest: ({ headers }, decide) => decide(null, headers.authorization === credentials),
    });
    onTestFinished(() => io.close());
    io.on("connection", (socket) => socket.emit("message", { kind: "notice", text: "by polling" }));
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    const { next } = startClient(`http://user:pass%20word@127.0.0.1:${(http.address() as AddressInfo).port}/copse/`);
    expect((await next("notice")).text).toBe("by polling");
  });

  it("is asked for its data", async () => {
    const { port } = await startServer();
    const { data: dataUrl, headers } = serverAddress(await guardedFolder(port));
    const config = { data: "served", partition: "iid", partitions: 2, samples: 10, seed: 1 } as const;
    const refused = expect(loadData(config, 0, { dataUrl, headers })).rejects;
    await refused.toThrow("/copse/data/: expected the file, got status 404 (a server has data if it is started with --data)");
    await expect(loadData(config, 0, { dataUrl })).rejects.toThrow("got status 401");
  });
});
