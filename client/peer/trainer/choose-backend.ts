import * as tf from "@tensorflow/tfjs";
export interface BackendCandidate {
  readonly name: "webgpu" | "webgl" | "wasm" | "cpu";
  readonly unavailable?: () => string | null;
}
