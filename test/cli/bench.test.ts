import { expect, it } from "vitest";
import { type JsonLine, runCopse } from "./run-copse.ts";

it("copse bench wire stays within 2 % and 64 bits of the bound, in fewer bytes than pairs, varints and gzip", async () => {
  const run = runCopse("bench", "wire", "--quick", "--json");
  const rows: JsonLine[] = [];
  const fits = (row: JsonLine): boolean => row["length"] === 1_000_000 && row["density"] === 0.1;
  await run.line("wire", (row) => {
    if (!rows.includes(row)) rows.push(row);
    return fits(row);
  });
  const two = await run.line("wire-update", (row) => row["format"] === "two-level" && row["length"] === 1_000_000);
  expect(two["bytesPerEntry"]).toBeLessThan(1.4);
  const ended = await run.ended;
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/real training are left out/);
  for (const row of rows) {
    const number = (name: string): number => row[name] as number;
    const entries = number("entries");
    expect(number("bitsPerIndex") * entries).toBeLessThanOrEqual(1.02 * number("boundBitsPerIndex") * entries + 64);
    if (entries < 1000) continue;
    expect(number("ratio")).toBeLessThan(1.02);
    for (const other of ["pairBytes", "varintBytes", "gzipBytes"]) expect(number("bytes")).toBeLessThan(number(other));
  }
  expect(rows.filter((row) => row["type"] === "wire")).toHaveLength(26);
});
