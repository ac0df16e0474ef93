import { writeFileSync } from "node:fs";
import { compileWasm, moduleText, wasmSources } from "./compile-wasm.ts";

/** `npm run build:wasm`: compiles the AssemblyScript modules and writes them as text for the program to load. */
for (const source of wasmSources) {
  const bytes = await compileWasm(source);
  writeFileSync(source.target, moduleText(source, bytes));
  process.stdout.write(`${source.name}: ${bytes.length} bytes of WebAssembly\n`);
}
