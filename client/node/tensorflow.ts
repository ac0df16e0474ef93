import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import type { BackendCandidate } from "../tfjs/choose-backend.ts";
import { registerKernels } from "../tfjs/kernels/register-kernels.ts";

/** The backends of a headless peer, best first: WebAssembly; the plain cpu backend is 20 to 50 times slower. */
export function nodeBackends(): readonly BackendCandidate[] {
  // Without this tfjs advertises its native binding on the console.
  tf.enableProdMode();
  registerKernels();
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(join(dirname(entry), "..", "wasm-out") + sep);
  return [{ name: "wasm" }, { name: "cpu" }];
}
