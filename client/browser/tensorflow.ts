import plainWasm from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendCandidate } from "../tfjs/choose-backend.ts";

export interface BrowserBackendOptions {
  /** Whether an adapter that emulates a GPU in software counts: 15 to 400 times slower than WebAssembly, but good for tests. */
  readonly softwareGpu: boolean;
}

/** The backends that a tab can train on, best first. For a dedicated worker: WebGL needs an OffscreenCanvas there. */
export function browserBackends({ softwareGpu }: BrowserBackendOptions): readonly BackendCandidate[] {
  // Without this tfjs prints a stack for every backend that is not there.
  tf.enableProdMode();
  return [
    {
      name: "webgpu",
      obstacle: () => webgpuObstacle(softwareGpu),
      load: () => import("@tensorflow/tfjs-backend-webgpu"),
    },
    {
      name: "webgl",
      obstacle: async () => webglObstacle(softwareGpu),
      load: () => import("@tensorflow/tfjs-backend-webgl"),
    },
    { name: "wasm", load: loadWasm },
    { name: "cpu", load: () => import("@tensorflow/tfjs-backend-cpu") },
  ];
}

async function loadWasm(): Promise<void> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const { registerKernels } = await import("../tfjs/kernels/register-kernels.ts");
  registerKernels();
  // Our kernels cannot work in the memory that its threads share: decision 0028.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths({
    "tfjs-backend-wasm.wasm": plainWasm,
    "tfjs-backend-wasm-simd.wasm": simdWasm,
    // tfjs wants it named; without threads it does not load it.
    "tfjs-backend-wasm-threaded-simd.wasm": simdWasm,
  });
}

/** Names of software renderers: Chromium's, Mesa's two, Windows'. */
const softwareRenderer = /swiftshader|llvmpipe|softpipe|basic render/i;

async function webgpuObstacle(softwareGpu: boolean): Promise<string | null> {
  if (!isSecureContext) return "this page was opened over plain http from another host; use https or localhost";
  // The type says that it is always there; many browsers do not have it.
  const gpu: GPU | undefined = navigator.gpu;
  if (gpu === undefined) return "this browser has no WebGPU";
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return "this browser offers no graphics adapter for WebGPU";
  return softwareGpu || !isSoftware(adapter) ? null : slowerThanWasm("WebGPU");
}

/** Whether an adapter is a software one. Older browsers say so on the adapter itself, or not at all. */
function isSoftware(adapter: GPUAdapter & { readonly isFallbackAdapter?: boolean }): boolean {
  const info: Partial<GPUAdapterInfo> | undefined = adapter.info;
  const names = `${info?.architecture} ${info?.device} ${info?.description}`;
  return (info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false) || softwareRenderer.test(names);
}

function webglObstacle(softwareGpu: boolean): string | null {
  if (typeof OffscreenCanvas === "undefined") return "this browser has no OffscreenCanvas for workers";
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (gl === null) return "this browser has no WebGL 2";
  const unmasked = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL;
  const renderer = String(gl.getParameter(unmasked ?? gl.RENDERER));
  return softwareGpu || !softwareRenderer.test(renderer) ? null : slowerThanWasm("WebGL");
}

function slowerThanWasm(api: string): string {
  return `this browser only has a software adapter for ${api}, which is slower than WebAssembly`;
}
