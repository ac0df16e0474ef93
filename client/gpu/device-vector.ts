import type { HeldVector } from "../../shared/vector/held-vector.ts";
import type { Update } from "../../shared/vector/update.ts";
import type { DeviceMemory } from "./device-memory.ts";

/** A vector of d floats that stays on a GPU. It is good until the memory that keeps it writes something else in its place. */
export class DeviceVector implements HeldVector {
  readonly id: number;
  readonly #memory: DeviceMemory;

  constructor(memory: DeviceMemory, id: number) {
    this.#memory = memory;
    this.id = id;
  }

  get length(): number {
    return this.#memory.length;
  }

  /** weight · x, in the place of x. @throws {RangeError} (as a rejection) if a number of it is not finite */
  scaled(weight: number): Promise<DeviceVector> {
    return this.#memory.scale(this, weight);
  }

  largest(k: number): Promise<Update> {
    return this.#memory.largest(this, k);
  }

  /** d floats are read back. */
  toArray(): Promise<Float32Array> {
    return this.#memory.read(this.id);
  }
}
