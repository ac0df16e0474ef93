import { describe, expect, it } from "vitest";
import { createReportText } from "../../cli/report-text.ts";
import { peerPackages, requirePackages } from "../../cli/require-packages.ts";
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

  it("two peers that never had a link do not end as if all were well", async () => {
    const { url } = await startServer();
    const peers = ["one", "other"].map((label) =>
      runCopse(...["peer", "--server", url, "--room", "x", "--label", label], "--relay-only", "--rounds", "3", "--json"),
    );
    const ends = await Promise.all(peers.map(({ ended }) => ended));
    for (const { code, stderr } of ends) {
      expect(stderr).toContain("This peer trained alone, for no link to another ever opened");
      expect(code).toBe(1);
    }
    for (const { lines } of peers) expect(lines.at(-1)!["type"]).toBe("final");
  }, 120_000);

  it("names the packages that are missing and no others", () => {
    expect(() => requirePackages("a headless peer", peerPackages)).not.toThrow();
    expect(() => requirePackages("a headless peer", ["simple-peer", "no-such-package", "@nobody/nothing"])).toThrow(
      "a headless peer needs packages that are not installed here: npm install no-such-package @nobody/nothing",
    );
  });
});
