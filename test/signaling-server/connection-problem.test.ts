import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSignalingClient } from "../../client/peer/signaling-client.ts";
import { openProxy } from "../support/open-proxy.ts";
import { startClient, startServer } from "./server-harness.ts";

/** Of a certificate that nobody has signed but itself, for localhost. */
function selfSigned(): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), "copse-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  return { cert, key };
}

/** Listens on a free port of the loopback until the test ends. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** The first sentence that a client is told which wants to connect there. */
function problemAt(url: string): Promise<string> {
  return new Promise((told) => {
    const client = createSignalingClient({ url, onProblem: told });
    onTestFinished(() => client.close());
  });
}

const webServer = (status: number): Server =>
  createServer((_request, response) => response.writeHead(status, { "WWW-Authenticate": "Basic" }).end("no such thing"));

describe("a client without a connection", () => {
  it("says that the certificate is signed by nobody whom this machine trusts", async () => {
    const { url } = await startServer({ tls: selfSigned() });
    const sentence = await problemAt(url);
    expect(sentence).toContain(`No connection to ${url}/: its certificate is signed by nobody`);
    expect(sentence).toContain("NODE_EXTRA_CA_CERTS");
  });

  it("says that a server speaks https to which it speaks http", async () => {
    const { port } = await startServer({ tls: selfSigned() });
    expect(await problemAt(`http://localhost:${port}`)).toContain(`that server speaks https. Write https://localhost:${port}/`);
  });

  it("says that a server speaks http to which it speaks https", async () => {
    const { port } = await startServer();
    expect(await problemAt(`https://localhost:${port}`)).toContain(`speaks no https. Write http://localhost:${port}/`);
  });

  it("says that there is no such host", async () => {
    expect(await problemAt("http://no-such-host.invalid:8080")).toContain("there is no host no-such-host.invalid (E");
  });

  it("says that nothing listens there", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await problemAt(`http://127.0.0.1:${port}`)).toContain(`nothing listens at 127.0.0.1:${port}`);
  });

  it.each([
    [404, "what answers there is no server of Copse (status 404)"],
    [401, "asks for a user and a password (status 401). Write http://user:password@127.0.0.1"],
    [502, "the server behind it does not (status 502)"],
  ])("says what a web server's status %i means", async (status, words) => {
    expect(await problemAt(`http://127.0.0.1:${await listen(webServer(status))}`)).toContain(words);
  });

  it("does not ask for a password again that was given and refused, and does not show it", async () => {
    const sentence = await problemAt(`http://ann:secret@127.0.0.1:${await listen(webServer(401))}`);
    expect(sentence).toContain("does not let this user in");
    expect(sentence).not.toContain("secret");
  });

  it("says that what listens there is silent, or speaks something else", async () => {
    const silent = createTcpServer();
    const other = createTcpServer((socket) => socket.end("220 mail.example ESMTP\r\n"));
    const sentences = await Promise.all(
      [silent, other].map(async (server) => problemAt(`http://127.0.0.1:${await listen(server)}`)),
    );
    expect(sentences[0]).toContain("nothing answered within 5 s");
    expect(sentences[1]).toContain("does not speak http");
  });
});

describe("a client behind a proxy", () => {
  it("that is mute to WebSockets, or silent, strips or stalls them, is connected by long polling", async () => {
    const server = await startServer();
    // At the same time: each gives up on WebSockets after 5 s.
    const connected = (["mute", "silent", "strip", "stall"] as const).map(async (upgrades) => {
      const proxy = await openProxy(server.url, { upgrades });
      onTestFinished(() => proxy.close());
      const { connection } = startClient(proxy.url);
      await connection(true);
      expect(proxy.requests, upgrades).toContain("upgrade /socket.io/");
    });
    await Promise.all(connected);
  });

  it("keeps to the transport that worked where the other only took its time", async () => {
    const server = await startServer();
    const proxy = await openProxy(server.url, { upgrades: "mute" });
    onTestFinished(() => proxy.close());
    const { connection } = startClient(proxy.url);
    await connection(true);
    const before = proxy.requests.length;
    proxy.cut();
    await connection(false);
    await connection(true);
    expect(proxy.requests.slice(before)).not.toContain("upgrade /socket.io/");
  });
});
