import { expect, it } from "vitest";
import { decodeBase64 } from "../../shared/vector/selection/simd/decode-base64.ts";
import { scanModule } from "../../shared/vector/selection/simd/scan-module.ts";
import { compileScan } from "../../tools/compile-scan.ts";

it("ships the WebAssembly that its source compiles to, byte for byte", async () => {
  expect(Buffer.from(await compileScan()).toString("base64")).toBe(scanModule);
});

it("is small enough for a page's main thread to compile at once, and reads its base64 as everybody does", () => {
  const bytes = decodeBase64(scanModule);
  expect([...bytes]).toEqual([...Buffer.from(scanModule, "base64")]);
  expect(bytes.length).toBeLessThan(4096);
});

it("reads base64 of any length", () => {
  for (const text of ["", "a", "ab", "abc", "abcd"]) {
    expect(Buffer.from(decodeBase64(btoa(text))).toString()).toBe(text);
  }
});
