import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodeBase64 } from "../../shared/vector/selection/simd/decode-base64.ts";
import { scanModule } from "../../shared/vector/selection/simd/scan-module.ts";
import { compileWasm, moduleText, wasmSources } from "../../tools/compile-wasm.ts";

it.each(wasmSources)("ships of $name the WebAssembly that its source compiles to, byte for byte", async (source) => {
  expect(moduleText(source, await compileWasm(source))).toBe(readFileSync(source.target, "utf8"));
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
