import { describe, expect, it } from "vitest";
import { folderOfHeads } from "./folder-of-heads.ts";
import { runCopse } from "./run-copse.ts";

const small = ["--local-steps", "1", "--batch", "8", "--samples", "10", "--model", "softmax", "--json"];

describe("copse demo", () => {
  it("runs from any folder", async () => {
    const { ended, line } = runCopse("demo", "--peers", "1", "--rounds", "1", ...small);
    expect(await ended).toEqual({ code: 0, stderr: "" });
    expect(await line("summary")).toMatchObject({ peers: 1, rounds: 1, hashesEqual: true });
  });

  it.each([
    ["before it has joined", "listening"],
    ["in the middle of the run", "round"],
  ])("ends with 1 and the peer's name when a peer's process dies %s, and leaves no process behind", async (_when, sign) => {
    const { ended, line } = runCopse("demo", "--peers", "2", "--rounds", "100000", ...small);
    const [first, second] = await Promise.all(["peer 1", "peer 2"].map((peer) => line("peer", ({ name }) => name === peer)));
    await line(sign);
    process.kill(Number(second!["pid"]), "SIGKILL");
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toBe("error: peer 2 ended before the run did; it said nothing\n");
    expect(() => process.kill(Number(first!["pid"]), 0)).toThrow("ESRCH");
  });

  it("ends with 1 and the last words of a peer that fails", async () => {
    const { ended } = runCopse("demo", "--peers", "1", "--rounds", "1", "--data", await folderOfHeads(), "--json");
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: peer 1 ended before the run did; its last words:\nerror: .*train-images.*\n$/);
  });

  it("refuses to deal files by writers before anything is started", async () => {
    const { ended } = runCopse("demo", "--data", ".", "--partition", "writers", "--json");
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --partition: expected iid, .* got writers\n/);
  });
});
