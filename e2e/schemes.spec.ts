import { expect, test } from "@playwright/test";
import { copse, linesOf } from "./support/copse.ts";

/** One scheme of each family: quantized, seeded, by importance, low rank of two kinds, and each other error feedback. */
const schemes = [
  "ef14(topk(1%) | qsgd(8))",
  "ef14(randk(1%, seeded=1) | natural)",
  "ef14(sign)",
  "ef14(impk(1%, cube=[1,2], steps=2))",
  "scam(topk(1%))",
  "ef14(powersgd(2))",
  "ef14(svd(2))",
  "ef21-sgdm(topk(1%))",
  "econtrol(topk(1%))",
];

test("three peers under Nesterov's momentum, FedProx and clipping end on one model over real channels", async () => {
  const run = ["--peers", "3", "--rounds", "4", "--local-steps", "4", "--batch", "16"];
  const ended = await copse(
    "demo",
    ...run,
    ...["--outer", "nesterov(0.7, momentum=0.9)", "--proximal", "0.5", "--clip", "2.5"],
    "--json",
  );
  expect(ended.code, ended.stderr).toBe(0);
  expect(linesOf(ended).at(-1)).toMatchObject({ type: "summary", peers: 3, rounds: 4, hashesEqual: true });
});

/** Other aggregates, and values in a format of the wire. */
const sums = [
  ["--aggregate", "allgather"],
  ["--truncation-residual", "gmask"],
  ["--aggregate", "auto", "--scheme", "ef21(topk(1%) | block8)"],
];

for (const options of [...schemes.map((scheme) => ["--scheme", scheme]), ...sums]) {
  test(`three peers with ${options.join(" ")} end on one model over real channels`, async () => {
    const args = ["--peers", "3", "--rounds", "3", "--local-steps", "2", "--batch", "16", ...options];
    const ended = await copse("demo", ...args, "--json");
    expect(ended.code, ended.stderr).toBe(0);
    expect(linesOf(ended).at(-1)).toMatchObject({ type: "summary", peers: 3, rounds: 3, hashesEqual: true });
  });
}
