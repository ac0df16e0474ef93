import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const source = new URL("../shared/vector/selection/simd/scan.as.ts", import.meta.url);

/** Compiles the scan to WebAssembly with SIMD: the same bytes for the same source and compiler. @throws {Error} with what the compiler says */
export async function compileScan(): Promise<Uint8Array> {
  let bytes: Uint8Array | null = null;
  const flags = ["--outFile", "scan.wasm", "--runtime", "stub", "--noAssert", "--enable", "simd", "-O3", "--converge"];
  const { error, stderr } = await asc.main(["scan.as.ts", ...flags], {
    readFile: (name) => (name === "scan.as.ts" ? readFileSync(source, "utf8") : null),
    writeFile(_name, contents) {
      bytes = typeof contents === "string" ? null : contents;
    },
  });
  if (error !== null || bytes === null) throw new Error(`expected scan.as.ts to compile, got ${error?.message}\n${stderr}`);
  return bytes;
}
