import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { DemoSummary } from "../cli/demo/summary.ts";
import { copse, type Ended, linesOf } from "./support/copse.ts";

const mnist = "../shared/data/mnist";

function summaryOf(ended: Ended): DemoSummary {
  expect(ended.code, ended.stderr).toBe(0);
  return linesOf(ended).at(-1) as unknown as DemoSummary;
}

test.describe("four Node peers on MNIST over real WebRTC, 40 rounds at 1 %", () => {
  test.skip(!existsSync(mnist), `skipped: the MNIST files are not in ${mnist}`);

  const run = (scheme: string): Promise<Ended> =>
    copse(
      ...["demo", "--peers", "4", "--rounds", "40", "--data", mnist, "--model", "mlp", "--local-steps", "20", "--batch", "32"],
      ...["--rate", "0.3", "--partition", "iid", "--scheme", scheme, "--json"],
    );

  test("reach 0.93 with a residual, for at most 1/85 of dense bytes (1/240 in eight bits a value), and lose 1.5 points and more without one", async () => {
    const withResidual = summaryOf(await run("ef14(topk(1%))"));
    expect(withResidual).toMatchObject({ peers: 4, rounds: 40, parameters: 50_890, hashesEqual: true });
    expect(withResidual.accuracy!).toBeGreaterThanOrEqual(0.93);

    const dense = withResidual.denseAllToAllBytesPerPeerPerRound;
    expect(dense).toBe(3 * 4 * 50_890);
    expect(withResidual.bytesSentPerPeerPerRound).toBeLessThanOrEqual(dense / 85);
    expect(withResidual.maxBytesSentPerPeerPerRound).toBeLessThanOrEqual(dense / 60);
    for (const counted of [withResidual.statsBytesSentPerPeerPerRound!, withResidual.wireBytesSentPerPeerPerRound!]) {
      expect(Math.abs(counted / withResidual.bytesSentPerPeerPerRound - 1)).toBeLessThan(0.15);
    }

    const inBytes = summaryOf(await run("ef14(topk(1%) | block8)"));
    expect(inBytes.hashesEqual).toBe(true);
    expect(inBytes.bytesSentPerPeerPerRound).toBeLessThanOrEqual(dense / 240);
    expect(inBytes.accuracy!).toBeGreaterThanOrEqual(withResidual.accuracy! - 0.005);

    const without = summaryOf(await run("topk(1%)"));
    expect(without.hashesEqual).toBe(true);
    expect(withResidual.accuracy! - without.accuracy!).toBeGreaterThanOrEqual(0.015);
  });
});

test("a demo with a tab ends on one hash, and every peer's exported parameters are the same bytes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "copse-export-"));
  try {
    const args = ["--peers", "2", "--tabs", "1", "--rounds", "3", "--local-steps", "1", "--batch", "8", "--export", folder];
    expect(summaryOf(await copse("demo", ...args, "--json"))).toMatchObject({ peers: 3, rounds: 3, hashesEqual: true });
    const exported = await readdir(folder);
    expect(exported).toHaveLength(2);
    const [one, other] = await Promise.all(exported.map((peer) => readFile(join(folder, peer, "parameters.f32"))));
    expect(one!.equals(other!)).toBe(true);
    const layout = JSON.parse(await readFile(join(folder, exported[0]!, "layout.json"), "utf8"));
    expect(one!.byteLength).toBe(4 * layout.length);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("two runs of one seed give the same model", async () => {
  const hash = async (): Promise<unknown> => {
    const ended = await copse("demo", "--peers", "1", "--rounds", "3", "--seed", "5", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    return linesOf(ended).findLast(({ type }) => type === "round")!["hash"];
  };
  expect(await hash()).toBe(await hash());
});

for (const [args, sentence] of [
  [["demo", "--scheme", "ef41(topk(1%))"], /--scheme: expected a method .*got ef41; did you mean/],
  [["demo", "--peers", "0"], /--peers: expected a whole number from 1 to 64, got "0"/],
  [["demo", "--rate", "fast"], /--rate: .*got "fast"/],
  [["demo", "--data", "/nowhere/at/all"], /\/nowhere\/at\/all/],
  [["peer", "--server", "nonsense", "--room", "x"], /--server: expected an address such as/],
  [["peer", "--server", "http://localhost:1", "--room", "###"], /--room: expected 1 to 64 letters/],
  [["simulate", "--density", "2"], /--density: expected a number from/],
  [["demo", "--unknown"], /unknown option '--unknown'/],
] as const) {
  test(`copse ${args.join(" ")} is refused in one sentence, without a stack`, async () => {
    const { code, stderr } = await copse(...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
}
