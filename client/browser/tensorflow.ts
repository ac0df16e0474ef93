import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plainWasm from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url";
import threadedWasm from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url";
import "@tensorflow/tfjs-backend-webgpu";
import type { BackendCandidate } from "../peer/trainer/choose-backend.ts";

/** What a tab can train on, best first. Made for a dedicated worker: WebGL needs an OffscreenCanvas there. */
export function browserBackends(): readonly BackendCandidate[] {
  // Without this tfjs prints a stack for every backend that is not there.
  tf.enableProdMode();
  setWasmPaths({
    "tfjs-backend-wasm.wasm": plainWasm,
    "tfjs-backend-wasm-simd.wasm": simdWasm,
    "tfjs-backend-wasm-threaded-simd.wasm": threadedWasm,
  });
  return [
    { name: "webgpu", obstacle: webgpuObstacle },
    { name: "webgl", obstacle: webglObstacle },
    { name: "wasm" },
    { name: "cpu" },
  ];
}

async function webgpuObstacle(): Promise<string | null> {
  if (!isSecureContext) return "this page was opened over plain http from another host; use https or localhost";
  // Typed as always there, but many browsers do not have it.
  const gpu: GPU | undefined = navigator.gpu;
  if (gpu === undefined) return "this browser has no WebGPU";
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  return adapter === null ? "this browser offers no graphics adapter for WebGPU" : null;
}

async function webglObstacle(): Promise<string | null> {
  if (typeof OffscreenCanvas === "undefined") return "this browser has no OffscreenCanvas for workers";
  return new OffscreenCanvas(1, 1).getContext("webgl2") === null ? "this browser has no WebGL 2" : null;
}
