import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/** A module in AssemblyScript, and the TypeScript file that holds it compiled. */
export interface WasmSource {
  readonly source: URL;
  readonly target: URL;
  /** What the target exports. */
  readonly name: string;
  /** It works in the memory of another module. */
  readonly importsMemory: boolean;
}

const from = (path: string): URL => new URL(`../${path}`, import.meta.url);

export const wasmSources: readonly WasmSource[] = [
  {
    source: from("shared/vector/selection/simd/scan.as.ts"),
    target: from("shared/vector/selection/simd/scan-module.ts"),
    name: "scanModule",
    importsMemory: false,
  },
  {
    source: from("client/tfjs/kernels/wasm/kernels.as.ts"),
    target: from("client/tfjs/kernels/wasm/kernels-module.ts"),
    name: "kernelsModule",
    importsMemory: true,
  },
];

/** Compiles to WebAssembly with SIMD: the same bytes for the same source and compiler. @throws {Error} with what the compiler says */
export async function compileWasm({ source, importsMemory }: WasmSource): Promise<Uint8Array> {
  let bytes: Uint8Array | null = null;
  const file = source.pathname.split("/").at(-1)!;
  const memory = importsMemory ? ["--importMemory", "--initialMemory", "1"] : [];
  const flags = ["--outFile", "out.wasm", "--runtime", "stub", "--noAssert", "--enable", "simd", "-O3", "--converge", ...memory];
  const { error, stderr } = await asc.main([file, ...flags], {
    readFile: (name) => (name.endsWith(".as.ts") ? readFileSync(new URL(name, source), "utf8") : null),
    writeFile(_name, contents) {
      bytes = typeof contents === "string" ? null : contents;
    },
  });
  if (error !== null || bytes === null) throw new Error(`expected ${file} to compile, got ${error?.message}\n${stderr}`);
  return bytes;
}

/** The text of the file that holds a module. */
export function moduleText({ source, name }: WasmSource, bytes: Uint8Array): string {
  const file = source.pathname.split("/").at(-1)!;
  return `/** ${file} compiled, in base64. Written by \`npm run build:wasm\`. */
export const ${name} =
  "${Buffer.from(bytes).toString("base64")}";
`;
}
