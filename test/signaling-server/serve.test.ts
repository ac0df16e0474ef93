import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CommanderError } from "commander";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseServeOptions, serveCommand } from "../../cli/serve.ts";
import { exitCodeOf, UsageError } from "../../cli/support/exit.ts";
import { drawRoomName } from "../../cli/support/room-name.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { getRaw, isListening, startClient, startServer } from "./server-harness.ts";

const script = 'import { serveCommand } from "./cli/serve.ts"; await serveCommand().parseAsync();';

/** Runs `copse serve` as a process of its own. */
function run(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, "--", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function ended(child: ChildProcess): Promise<{ code: number; error: string }> {
  let error = "";
  child.stderr?.on("data", (chunk) => {
    error += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code, error };
}

describe("copse serve", () => {
  it("prints where it listens as JSON, answers there, and frees the port when it is told to stop", async () => {
    const child = run("--port", "0", "--json");
    const lines = createInterface({ input: child.stdout! });
    const [line] = await once(lines, "line");
    const { type, url, room } = JSON.parse(line);
    expect(type).toBe("listening");
    expect(room.slice(0, url.length + 3)).toBe(`${url}/r/`);
    expect(await fetch(`${url}/healthz`).then((response) => response.json())).toMatchObject({ status: "ok" });
    child.kill("SIGTERM");
    expect((await ended(child)).code).toBe(0);
    expect(await isListening(Number(new URL(url).port))).toBe(false);
  });

  it("logs lines of JSON with level and time, which name no room and no address", async () => {
    const child = run("--port", "0", "--json", "--log-json");
    const [line] = await once(createInterface({ input: child.stdout! }), "line");
    const { url } = JSON.parse(line) as { url: string };
    const refused = await getRaw(Number(new URL(url).port), "/", { Host: "evil.example" });
    expect(refused.status).toBe(403);
    const { next } = startClient(url, helloOf(1, { room: "quiet-fox", config: defaultConfig }));
    await next("welcome");
    child.kill("SIGTERM");
    const { code, error } = await ended(child);
    expect(code).toBe(0);
    const lines = error
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(lines.map(({ level, msg }) => [level, String(msg).split(" ")[0]])).toEqual([
      ["info", "listening"],
      ["warn", "A"],
      ["info", "draining"],
      ["info", "activity"],
    ]);
    expect(lines.at(-1)).toMatchObject({ joins: 1, refused: 0, name: "copse" });
    expect(Number.isNaN(Date.parse(String(lines[0]!["time"])))).toBe(false);
    expect(error).not.toMatch(/quiet-fox|127\.0\.0\.1/);
  });

  it("ends with 2 and one sentence when it is misused", async () => {
    const { code, error } = await ended(run("--port", "http"));
    expect({ code, error }).toEqual({ code: 2, error: "error: expected a port from 0 to 65535 after --port, got http\n" });
    expect(exitCodeOf(new CommanderError(1, "commander.unknownOption", ""))).toBe(2);
    expect(exitCodeOf(new CommanderError(0, "commander.helpDisplayed", ""))).toBe(0);
  });

  it("ends with 1 and one sentence when the port is taken", async () => {
    const { port } = await startServer();
    const { code, error } = await ended(run("--port", String(port)));
    expect(code).toBe(1);
    expect(error).toMatch(/^error: cannot listen on 127\.0\.0\.1, port \d+: another program uses that port.*\n$/);
  });

  it("takes what was typed for what it says", () => {
    const base = { host: "127.0.0.1", port: "8080", ice: [], allowedHost: [], allowedOrigin: [] };
    expect(parseServeOptions({ ...base, ice: ["stun:a:1", "stun:b:2"], data: "idx", trustProxy: true })).toEqual({
      host: "127.0.0.1",
      port: 8080,
      iceServers: [{ urls: "stun:a:1" }, { urls: "stun:b:2" }],
      dataFolder: "idx",
      trustsProxy: true,
      allowedHosts: [],
      allowedOrigins: [],
    });
    const named = { ...base, allowedHost: ["Copse.Example"], allowedOrigin: ["https://page.example:443"] };
    expect(parseServeOptions(named)).toMatchObject({ allowedHosts: ["copse.example"], allowedOrigins: ["https://page.example"] });
    for (const host of ["", "a:80", "a/b", "https://a", "a b"])
      expect(() => parseServeOptions({ ...base, allowedHost: [host] })).toThrow("expected a name without a port");
    for (const origin of ["", "page.example", "https://a/b", "null", "ws://a"])
      expect(() => parseServeOptions({ ...base, allowedOrigin: [origin] })).toThrow("expected an origin");
    for (const port of ["-1", "65536", "80.5", ""]) expect(() => parseServeOptions({ ...base, port })).toThrow("expected a port");
    expect(() => parseServeOptions({ ...base, tlsCert: "c" })).toThrow("together, got only --tls-cert");
    expect(() => parseServeOptions({ ...base, ice: ["stan:a:1"] })).toThrow(UsageError);
  });

  it("names the address that it listens on, since localhost may be another program's", async () => {
    for (const host of ["127.0.0.1", "127.0.0.2", "localhost"]) {
      const { url, port, network } = await startServer({ host });
      const { hostname } = new URL(url);
      expect(host === "localhost" ? ["127.0.0.1", "[::1]"] : [host]).toContain(hostname);
      expect(url).toBe(`http://${hostname}:${port}`);
      expect(await fetch(`${url}/healthz`).then((response) => response.json())).toMatchObject({ status: "ok" });
      expect(network).toEqual([]);
    }
  });

  it("listens on this machine alone unless it is told otherwise", () => {
    expect(serveCommand().opts()).toMatchObject({ host: "127.0.0.1", port: "8080" });
  });

  it("names rooms as the protocol allows", () => {
    for (let i = 0; i < 100; i += 1) expect(drawRoomName()).toMatch(/^[a-z]+-[a-z]+-\d{1,2}$/);
  });
});
