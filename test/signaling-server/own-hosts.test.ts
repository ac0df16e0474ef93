import { describe, expect, it, onTestFinished } from "vitest";
import { allowedHostOf, allowedOriginOf, createOwnHosts, type OwnHostsOptions } from "../../signaling-server/own-hosts.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import { getRaw, startClient, startServer } from "./server-harness.ts";

const handshake = "/socket.io/?EIO=4&transport=polling";

/** Whether a request with these headers is answered by a server that listens on 127.0.0.1, on a machine called vm-7. */
function isAnswered(headers: { host?: string; origin?: string }, options: Partial<OwnHostsOptions> = {}): boolean {
  const usual = { host: "127.0.0.1", machine: "vm-7", allowedHosts: [], allowedOrigins: [], isCertified: () => false };
  return createOwnHosts({ ...usual, log: () => {}, ...options })({ headers } as never) === null;
}

describe("the hosts of a server", () => {
  it.each(["127.0.0.1:8080", "10.1.2.3", "[::1]:80", "localhost:9000", "LOCALHOST.", "a.localhost", "vm-7", "VM-7.local:8080"])(
    "are addresses, localhost and its machine's name, whatever the port: %s",
    (host) => expect(isAnswered({ host })).toBe(true),
  );

  it.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "vm-7.example", "x", "notlocalhost", "a@b", ""])(
    "are no others: %s",
    (host) => expect(isAnswered({ host })).toBe(false),
  );

  it("are those that it is told, that its certificate names, that it listens on, and none where a request names none", () => {
    expect(isAnswered({ host: "copse.example:443" }, { allowedHosts: ["copse.example"] })).toBe(true);
    expect(isAnswered({ host: "sub.copse.example" }, { allowedHosts: ["copse.example"] })).toBe(false);
    expect(isAnswered({ host: "copse.example" }, { isCertified: (name) => name === "copse.example" })).toBe(true);
    expect(isAnswered({ host: "copse.lan" }, { host: "copse.lan" })).toBe(true);
    expect(isAnswered({})).toBe(true);
  });

  it("are read as names without a port, and origins without a path", () => {
    expect(["Copse.Example", "bücher.example"].map(allowedHostOf)).toEqual(["copse.example", "xn--bcher-kva.example"]);
    expect(["a:80", "a/", "a?b", "u@a", ""].map(allowedHostOf)).toEqual([null, null, null, null, null]);
    expect(["https://A.example:443", "http://a:8080/"].map(allowedOriginOf)).toEqual(["https://a.example", "http://a:8080"]);
    expect(["a", "https://a/b", "https://u@a", "file:///", "null"].map(allowedOriginOf)).toEqual([null, null, null, null, null]);
  });
});

describe("the origin of a request", () => {
  it.each([
    ["127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["[::1]:8080", "http://[::1]:8080"],
    ["localhost", "http://localhost"],
    ["localhost:443", "https://localhost"],
    ["localhost", "https://localhost"],
  ])("is the server's own: Host %s, Origin %s", (host, origin) => expect(isAnswered({ host, origin })).toBe(true));

  it.each([
    ["127.0.0.1:8080", "https://evil.example"],
    ["127.0.0.1:8080", "http://127.0.0.1:3000"],
    ["localhost", "http://localhost:3000"],
    ["localhost", "null"],
    ["localhost", "file://"],
    ["localhost", "chrome-extension://abc"],
    ["localhost", ""],
  ])("is another's: Host %s, Origin %s", (host, origin) => expect(isAnswered({ host, origin })).toBe(false));

  it("may be one that the server is told", () => {
    const headers = { host: "127.0.0.1:8080", origin: "https://page.example" };
    expect(isAnswered(headers, { allowedOrigins: ["https://page.example"] })).toBe(true);
    expect(isAnswered({ ...headers, origin: "http://page.example" }, { allowedOrigins: ["https://page.example"] })).toBe(false);
  });
});

describe("a server on this machine", () => {
  it("is not found by DNS rebinding: not its page, its data or its sockets, and it says what to do", async () => {
    const log: string[] = [];
    const { port } = await startServer({ log: (line) => log.push(line) });
    for (const path of ["/", "/data/", "/healthz", handshake]) {
      const { status, text } = await getRaw(port, path, { Host: `evil.example:${port}` });
      expect(status).toBe(403);
      expect(text).toContain(
        "no request to the host evil.example. If you run it and that is right, start it with --allowed-host evil.example.",
      );
    }
    const raw = await openRawSocket(port, { headers: { Host: "evil.example" } });
    await raw.ended;
    expect(raw.heard).toMatch(/^HTTP\/1\.1 403 /);
    expect(log).toEqual([
      "A request to the host evil.example was refused. If that is this server's, start it with --allowed-host evil.example.",
    ]);
  });

  it("is of no use to a page from elsewhere, by polling or a WebSocket, nor by a beacon", async () => {
    const { url, port } = await startServer({ log: () => {} });
    const foreign = { Origin: "https://evil.example" };
    expect((await getRaw(port, handshake, foreign)).status).toBe(403);
    expect((await fetch(`${url}/leave`, { method: "POST", body: "{}", headers: foreign })).status).toBe(403);
    const raw = await openRawSocket(port, { headers: foreign });
    await raw.ended;
    expect(raw.heard).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("is used by its own page, by a page that it is told of, and by programs, which have no origin", async () => {
    const { url, port } = await startServer({ allowedOrigins: ["https://page.example"] });
    for (const Origin of [`http://127.0.0.1:${port}`, "https://page.example"]) {
      const raw = await openRawSocket(port, { headers: { Host: `127.0.0.1:${port}`, Origin } });
      onTestFinished(() => raw.destroy());
      await raw.until('0{"sid"');
    }
    const { next } = startClient(url, helloOf(1));
    expect((await next("welcome")).kind).toBe("welcome");
  });

  it("logs ten of a thousand names and no more", async () => {
    const log: string[] = [];
    const { port } = await startServer({ log: (line) => log.push(line) });
    for (let i = 0; i < 1_000; i += 1) await getRaw(port, "/", { Host: `evil-${i % 500}.example` });
    expect(log).toHaveLength(10);
  });
});
