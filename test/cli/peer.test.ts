import { describe, expect, it, onTestFinished, vi } from "vitest";
import { connectTimeoutOf, createConnectWait } from "../../cli/connect-wait.ts";
import { createReportText } from "../../cli/report-text.ts";
import { peerPackages, requirePackages } from "../../cli/support/require-packages.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { startServer } from "../signaling-server/server-harness.ts";
import { runCopse } from "./run-copse.ts";

describe("copse peer", () => {
  it("says that it has no connection when no server answers, and ends when it is told to", async () => {
    const { line, process, ended } = runCopse("peer", "--server", "http://127.0.0.1:1", "--room", "x", "--json");
    expect(await line("connection")).toEqual({ type: "connection", connected: false });
    process.kill("SIGTERM");
    expect(await ended).toEqual({ code: 0, stderr: "" });
    expect(createReportText()({ type: "connection", connected: false })).toBe(
      "no connection to the signaling server; trying again…",
    );
  });

  it("gives up with exit code 3 and the cause where the server cannot be reached", async () => {
    const { port } = await startServer().then(async (server) => {
      await server.close();
      return server;
    });
    const options = ["--server", `http://127.0.0.1:${port}`, "--room", "x", "--connect-timeout", "5", "--json"];
    const { ended, lines } = runCopse("peer", ...options);
    const { code, stderr } = await ended;
    const problem = `No connection to http://127.0.0.1:${port}/: nothing listens at 127.0.0.1:${port}. See that the server runs, and on which port: it prints its address`;
    expect(stderr).toBe(`error: ${problem}. Given up after 5 s\n`);
    expect(code).toBe(3);
    expect(lines.filter(({ type }) => type === "unreachable")).toEqual([{ type: "unreachable", problem }]);
  }, 120_000);

  it.each(["-1", "soon", "1e9", ""])("takes no --connect-timeout of “%s”", (text) => {
    expect(() => connectTimeoutOf({ connectTimeout: text })).toThrow("--connect-timeout: expected 0 to 86400 seconds");
  });

  it("waits for ever where it is told to, and once it was connected", () => {
    expect(connectTimeoutOf({ connectTimeout: "0" })).toBeNull();
    expect(connectTimeoutOf({ connectTimeout: "2.5" })).toBe(2_500);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const sentences: string[] = [];
    const first = createConnectWait(1_000, (sentence) => sentences.push(sentence));
    first.hear({ type: "connection", connected: false });
    first.hear({ type: "connection", connected: true });
    first.hear({ type: "connection", connected: false });
    createConnectWait(null, (sentence) => sentences.push(sentence));
    vi.advanceTimersByTime(1e9);
    expect(sentences).toEqual([]);
  });

  it("two peers that never had a link do not end as if all were well", async () => {
    const { url } = await startServer();
    const peers = ["one", "other"].map((label) =>
      runCopse(...["peer", "--server", url, "--room", "x", "--name", label], "--relay-only", "--rounds", "3", "--json"),
    );
    const ends = await Promise.all(peers.map(({ ended }) => ended));
    for (const { code, stderr } of ends) {
      expect(stderr).toContain("This peer trained alone, for no link to another ever opened");
      expect(code).toBe(1);
    }
    for (const { lines } of peers) expect(lines.at(-1)!["type"]).toBe("final");
  }, 120_000);

  it("opens a room that deals its data to as many peers as it waits for, unless it is told to how many", async () => {
    const { url } = await startServer();
    const partitions = ["--partitions", "3"];
    const rooms = [[], partitions].map((more, i) =>
      runCopse("peer", "--server", url, "--room", `x${i}`, "--start-at", "8", ...more, "--samples", "10", "--json"),
    );
    const joined = await Promise.all(rooms.map(({ line }) => line("joined")));
    expect(joined.map(({ config }) => (config as RunConfig).partitions)).toEqual([8, 3]);
  }, 120_000);

  it("says in a sentence, before it joins, that the native part of WebRTC does not load", async () => {
    vi.stubEnv(
      "NODE_OPTIONS",
      "--import=data:text/javascript,process.dlopen=()=>{throw%20Error('Module%20did%20not%20self-register')}",
    );
    onTestFinished(() => void vi.unstubAllEnvs());
    const { ended } = runCopse("peer", "--server", "http://127.0.0.1:1", "--room", "x", "--json");
    expect(await ended).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: WebRTC for Node did not load on this machine \(\w+-\w+\): npm install @roamhq.*\n$/),
    });
  }, 120_000);

  it("names the packages that are missing and no others", () => {
    expect(() => requirePackages("a headless peer", peerPackages)).not.toThrow();
    expect(() => requirePackages("a headless peer", ["simple-peer", "no-such-package", "@nobody/nothing"])).toThrow(
      "a headless peer needs packages that are not installed here: npm install no-such-package @nobody/nothing",
    );
  });
});
