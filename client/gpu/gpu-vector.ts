import type { DeviceVector } from "../../shared/vector/device-vector.ts";
import type { Update } from "../../shared/vector/update.ts";

/** Keeps vectors on a GPU and computes with them: a `DeviceMemory`. */
export interface VectorKeeper {
  /** d: floats in each of its vectors. */
  readonly length: number;
  scale(x: GpuVector, weight: number): Promise<GpuVector>;
  largest(x: GpuVector, k: number): Promise<Update>;
  read(id: number): Promise<Float32Array>;
}

/** A vector of d floats that stays on a GPU. Valid until its keeper overwrites it. */
export class GpuVector implements DeviceVector {
  readonly id: number;
  readonly #keeper: VectorKeeper;

  constructor(keeper: VectorKeeper, id: number) {
    this.#keeper = keeper;
    this.id = id;
  }

  get length(): number {
    return this.#keeper.length;
  }

  /** weight · x, in the place of x. @throws {RangeError} (as a rejection) if a number of it is not finite */
  scaled(weight: number): Promise<GpuVector> {
    return this.#keeper.scale(this, weight);
  }

  largest(k: number): Promise<Update> {
    return this.#keeper.largest(this, k);
  }

  /** Reads d floats back. */
  toArray(): Promise<Float32Array> {
    return this.#keeper.read(this.id);
  }
}
