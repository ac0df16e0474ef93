import { describe, expect, it } from "vitest";
import { UsageError } from "../../cli/support/exit.ts";
import { debugOf } from "../../cli/tracing/debug.ts";
import { startServer } from "../signaling-server/server-harness.ts";
import { runCopse } from "./run-copse.ts";

describe("COPSE_DEBUG", () => {
  it("is nothing where it is not set, and a name that there is not is answered with the list", () => {
    expect(debugOf({}, "oak")).toBeNull();
    expect(() => debugOf({ COPSE_DEBUG: "lniks" }, "oak")).toThrow(UsageError);
    expect(() => debugOf({ COPSE_DEBUG: "lniks" }, "oak")).toThrow("COPSE_DEBUG: expected some of signaling, links,");
  });

  it("prints to standard error what is asked for, and nothing else", async () => {
    const { url } = await startServer();
    process.env["COPSE_DEBUG"] = "training,reduce";
    const small = ["--model", "softmax", "--samples", "40", "--start-at", "1", "--rounds", "3"];
    const { ended, line } = runCopse("peer", "--server", url, "--room", "x", "--name", "oak", "--json", ...small);
    delete process.env["COPSE_DEBUG"];
    await line("final");
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split("\n");
    for (const text of lines) expect(text).toMatch(/^ *\d+\.\d{3} oak (training|reduce) [a-z-]+(: .+)?$/);
    expect(lines.filter((text) => / reduce committed: round \d+ [0-9a-f]{6}, 1 of 1, counted$/.test(text))).toHaveLength(3);
  }, 120_000);
});
