import type * as tf from "@tensorflow/tfjs-core";
import { decodeBase64 } from "../../../../shared/vector/selection/simd/decode-base64.ts";
import { kernelsModule } from "./kernels-module.ts";

/** What is used of tfjs's wasm backend (4.22). */
interface WasmBackend {
  readonly wasm: { readonly asm?: { readonly memory?: WebAssembly.Memory }; _malloc(bytes: number): number };
  readonly dataIdMap: { get(id: tf.DataId): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  disposeData(id: tf.DataId): void;
}

/** The inputs of a kernel, by the names that its operation gives them. */
export type NamedInputs<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

/** What kernels.as.ts exports; addresses and strides in bytes. */
interface Exports {
  scratchBytes(): number;
  gemm(
    ...given: readonly [
      ...[batch: number, m: number, n: number, k: number],
      ...[a: number, aBatch: number, aRow: number, aColumn: number],
      ...[b: number, bBatch: number, bRow: number, bColumn: number],
      ...[c: number, cBatch: number, scratch: number],
    ]
  ): void;
  setInput(images: number, height: number, width: number, inputs: number): void;
  setOutput(rows: number, columns: number, outputs: number): void;
  setFilter(
    ...given: readonly [
      ...[down: number, right: number, strideDown: number, strideRight: number],
      ...[top: number, left: number, dilationDown: number, dilationRight: number],
    ]
  ): void;
  filterGradient(x: number, dz: number, filters: number, scratch: number): void;
  inputGradient(dz: number, filters: number, dx: number, scratch: number): void;
  halfTurn(filters: number, turned: number, taps: number, inputs: number, outputs: number): void;
  depthwiseFilterGradient(x: number, dz: number, filters: number): void;
  depthwiseInputGradient(dz: number, filters: number, dx: number): void;
  columnSums(x: number, outer: number, rows: number, columns: number, scale: number, y: number): void;
  finishRows(y: number, bias: number, rows: number, columns: number, isReLU: boolean): void;
  addReLU(a: number, b: number, y: number, count: number): void;
  reLUGradient(dy: number, y: number, dz: number, count: number): void;
  gelu(x: number, y: number, count: number): void;
  geluGradient(dy: number, x: number, dx: number, count: number): void;
  normalizeScratch(channels: number): number;
  normalize(
    ...given: readonly [
      ...[x: number, gamma: number, beta: number, y: number, means: number, variances: number],
      ...[samples: number, positions: number, channels: number, groups: number],
      ...[epsilon: number, isReLU: boolean, scratch: number],
    ]
  ): void;
  normalizeGradient(
    ...given: readonly [
      ...[x: number, dy: number, y: number, gamma: number, means: number, variances: number],
      ...[dx: number, dGamma: number, dBeta: number],
      ...[samples: number, positions: number, channels: number, groups: number],
      ...[epsilon: number, isReLU: boolean, scratch: number],
    ]
  ): void;
  crossEntropy(z: number, labels: number, dz: number, parts: number, rows: number, classes: number): void;
  attentionScratch(length: number): number;
  attention(
    ...given: readonly [
      ...[sent: number, y: number, p: number],
      ...[samples: number, length: number, heads: number, size: number, scratch: number],
    ]
  ): void;
  attentionGradient(
    ...given: readonly [
      ...[sent: number, dy: number, y: number, p: number, dSent: number, spare: number],
      ...[samples: number, length: number, heads: number, size: number, scratch: number],
    ]
  ): void;
}

/** tfjs's wasm memory, and the kernels that work in it. */
export interface WasmHeap {
  readonly kernels: Exports;
  /** Room for blocks of matrices, the same for every call. */
  readonly scratch: number;
  /** Where a tensor's floats lie. @throws {Error} if it holds other numbers: their bits would be read as floats */
  addressOf(tensor: tf.TensorInfo): number;
  /** Where a tensor's numbers lie, whatever they are. */
  placeOf(tensor: tf.TensorInfo): number;
  /** A tensor's numbers, as long as nothing is allocated. */
  numbersOf(tensor: tf.TensorInfo): Float32Array;
  /** Its whole numbers, likewise. */
  integersOf(tensor: tf.TensorInfo): Int32Array;
  /** A new tensor of floats; its numbers are not set. */
  output(shape: readonly number[]): tf.TensorInfo;
  dispose(tensor: tf.TensorInfo): void;
}

let compiled: WebAssembly.Module | null = null;
const heaps = new WeakMap<object, WasmHeap>();

/** Whether this engine runs the kernels: it knows WebAssembly with SIMD, and may compile. */
export function hasWasmKernels(): boolean {
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(decodeBase64(kernelsModule)));
    return true;
  } catch {
    return false;
  }
}

/** The heap of a wasm backend, with the kernels in it. @throws {Error} if the engine has no SIMD, or tfjs hides its memory: check `hasWasmKernels` */
export function heapOf(backend: unknown): WasmHeap {
  const known = heaps.get(backend as object);
  if (known !== undefined) return known;
  const heap = openHeap(backend as WasmBackend);
  heaps.set(backend as object, heap);
  return heap;
}

/** Addresses of vectors are multiples of 16. */
const alignment = 16;

function openHeap(backend: WasmBackend): WasmHeap {
  const memory = backend.wasm.asm?.memory;
  if (memory === undefined || !hasWasmKernels()) throw new Error("expected the memory of tfjs's wasm backend, got none");
  const kernels = new WebAssembly.Instance(compiled!, { env: { memory } }).exports as unknown as Exports;
  const allocated = backend.wasm._malloc(kernels.scratchBytes() + alignment);
  // Addresses from 2 GiB on come back negative.
  const scratch = Math.ceil((allocated >>> 0) / alignment) * alignment;
  const placeOf = ({ dataId }: tf.TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset;
  const addressOf = (tensor: tf.TensorInfo): number => {
    if (tensor.dtype !== "float32") throw new Error(`expected a tensor of float32, got ${tensor.dtype}`);
    return placeOf(tensor);
  };
  const size = ({ shape }: tf.TensorInfo): number => shape.reduce((product, side) => product * side, 1);
  return {
    kernels,
    scratch,
    addressOf,
    placeOf,
    numbersOf: (tensor) => new Float32Array(memory.buffer, addressOf(tensor), size(tensor)),
    integersOf: (tensor) => new Int32Array(memory.buffer, placeOf(tensor), size(tensor)),
    output: (shape) => backend.makeOutput(shape, "float32"),
    dispose: ({ dataId }) => backend.disposeData(dataId),
  };
}
