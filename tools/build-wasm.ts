import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileScan } from "./compile-scan.ts";

/** `npm run build:wasm`: compiles the scan and writes it as text for the program to load. */
const target = fileURLToPath(new URL("../shared/vector/selection/simd/scan-module.ts", import.meta.url));
const bytes = await compileScan();
writeFileSync(
  target,
  `/** scan.as.ts compiled, in base64. Written by \`npm run build:wasm\`. */
export const scanModule =
  "${Buffer.from(bytes).toString("base64")}";
`,
);
process.stdout.write(`${bytes.length} bytes of WebAssembly\n`);
