import { sparseUpdate, type Update } from "../../shared/vector/update.ts";
import { createKernels } from "./create-kernels.ts";
import { blockLength, gridOf } from "./grid.ts";
import type { ReadBack } from "./read-back.ts";
import { counters, digits, firstShift, maxCounting, selectionCode } from "./selection-code.ts";

/** Finds the k largest of d floats that lie on a device. */
export interface DeviceSelection {
  /**
   * The entries of largest |xᵢ|, ascending; ties go to the lower index: what `selectLargest` finds on the CPU, bit for bit.
   * Reads x six times, and 8k + 24 bytes back.
   * @throws {RangeError} (as a rejection) unless 1 ≤ k ≤ d and every entry is finite
   */
  largest(x: GPUBuffer, k: number): Promise<Update>;
  /** Whether no entry is infinite or NaN. Reads 24 bytes back. */
  isFinite(x: GPUBuffer): Promise<boolean>;
  destroy(): void;
}

/** Length of `Found` in the shader, and the offset of its flag, in bytes. */
const foundBytes = 24;
const flagWord = 5;

/** @param widest workgroups in a row of a grid */
export async function createDeviceSelection(
  device: GPUDevice,
  length: number,
  { widest, readBack }: { readonly widest: number; readonly readBack: ReadBack },
): Promise<DeviceSelection> {
  const kinds = ["uniform", "read-only-storage", "storage", "storage", "storage", "storage"] as const;
  const group = device.createBindGroupLayout({
    entries: kinds.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
  });
  const layout = device.createPipelineLayout({ bindGroupLayouts: [group] });
  const names = ["findNotFinite", "countDigits", "takeDigit", "countBlocks", "startBlocks", "collect"] as const;
  const kernels = await createKernels(device, selectionCode, names, layout);
  const blocks = Math.ceil(length / blockLength);
  const grid = gridOf(blocks, widest);
  const counting = gridOf(Math.min(blocks, maxCounting), widest);
  const bufferOf = (size: number, usage: number): GPUBuffer =>
    device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST });
  const job = bufferOf(12, GPUBufferUsage.UNIFORM);
  const found = bufferOf(foundBytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  // All zero between selections: the kernels clear it.
  const counts = bufferOf(4 * counters, GPUBufferUsage.STORAGE);
  const starts = bufferOf(8 * blocks, GPUBufferUsage.STORAGE);
  let chosen = bufferOf(8, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);

  type Name = (typeof names)[number];
  /** An encoder that holds the kernels, each with its grid. */
  const encode = (x: GPUBuffer, k: number, steps: readonly (readonly [Name, readonly [columns: number, rows: number]])[]) => {
    device.queue.writeBuffer(job, 0, Uint32Array.of(length, k, blocks));
    device.queue.writeBuffer(found, 0, Uint32Array.of(0, 0, firstShift, counters - 1, k, 0));
    const entries = [job, x, found, counts, starts, chosen].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, device.createBindGroup({ layout: group, entries }));
    for (const [name, [columns, rows]] of steps) {
      pass.setPipeline(kernels[name]);
      pass.dispatchWorkgroups(columns, rows);
    }
    pass.end();
    return encoder;
  };
  const one = [1, 1] as const;
  const selecting = [
    ...Array.from({ length: digits }, () => [["countDigits", counting] as const, ["takeDigit", one] as const]).flat(),
    ["countBlocks", grid],
    ["startBlocks", one],
    ["collect", grid],
  ] as const;

  return {
    async largest(x, k) {
      if (!(Number.isInteger(k) && k >= 1 && k <= length)) throw new RangeError(`expected k in 1 … ${length}, got ${k}`);
      if (chosen.size < 8 * k) {
        chosen.destroy();
        chosen = bufferOf(8 * k, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
      }
      const words = await readBack.finish(encode(x, k, selecting), [
        { buffer: chosen, bytes: 8 * k },
        { buffer: found, bytes: foundBytes },
      ]);
      if (new Uint32Array(words, 8 * k)[flagWord] !== 0) throw new RangeError("expected finite numbers, got one that is not");
      return sparseUpdate(length, new Uint32Array(words, 0, k), new Float32Array(words, 4 * k, k));
    },
    async isFinite(x) {
      const words = await readBack.finish(encode(x, 1, [["findNotFinite", grid]]), [{ buffer: found, bytes: foundBytes }]);
      return new Uint32Array(words)[flagWord] === 0;
    },
    destroy: () => {
      for (const buffer of [job, found, counts, starts, chosen]) buffer.destroy();
    },
  };
}
