import { indicesOf, type Update } from "../../shared/vector/update.ts";
import { createDeviceArithmetic, type DeviceArithmetic } from "./device-arithmetic.ts";
import { DeviceError } from "./device-error.ts";
import { createDeviceSelection, type DeviceSelection } from "./device-selection.ts";
import { GpuVector, type VectorKeeper } from "./gpu-vector.ts";
import { ReadBack } from "./read-back.ts";

/** A buffer of d floats, and which vector it holds. */
interface Slot {
  readonly buffer: GPUBuffer;
  /** Names the vector. Never used twice, so that asking for a vector that was overwritten is an error. */
  id: number;
  /** The residual and the update whose sum it holds; null where it holds no sum. */
  sumOf: readonly [residual: number, update: number] | null;
}

/** A residual that is another one ± a delivered update. Computed when it is first used. */
interface Change {
  readonly of: number;
  readonly delivered: Update;
  readonly sign: 1 | -1;
}

/** The residual e = 0 of the first round. */
export const noResidual = 0;

export interface DeviceMemoryOptions {
  /** Workgroups in a row of a grid; by default as many as the device allows. */
  readonly widest?: number;
}

/**
 * The vectors of a round on one GPU: the update x, and two residuals. A residual is named by a number, its id, so that "state in,
 * state out" holds: a sum e + x goes into the buffer that does not hold e, and e stays until the next sum of another residual.
 * A round that does not commit is undone by going on with e's id. A residual that differs from another by a delivered update is only
 * recorded; it is computed, in the place of that other, when it is first used. 12d bytes of device memory; only O(k) bytes are read back.
 */
export class DeviceMemory implements VectorKeeper {
  readonly length: number;
  readonly #device: GPUDevice;
  readonly #arithmetic: DeviceArithmetic;
  readonly #selection: DeviceSelection;
  readonly #readBack: ReadBack;
  readonly #update: Slot;
  readonly #residuals: readonly [Slot, Slot];
  readonly #changes = new Map<number, Change>();
  #lastId = noResidual;

  private constructor(
    device: GPUDevice,
    length: number,
    parts: { readonly arithmetic: DeviceArithmetic; readonly selection: DeviceSelection; readonly readBack: ReadBack },
  ) {
    this.#device = device;
    this.length = length;
    this.#arithmetic = parts.arithmetic;
    this.#selection = parts.selection;
    this.#readBack = parts.readBack;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const slot = (): Slot => ({ buffer: device.createBuffer({ size: 4 * length, usage }), id: -1, sumOf: null });
    this.#update = slot();
    this.#residuals = [{ ...slot(), id: noResidual }, slot()];
  }

  /** @throws {DeviceError} (as a rejection) if the device has no room for three vectors of `length` floats */
  static async create(device: GPUDevice, length: number, options: DeviceMemoryOptions = {}): Promise<DeviceMemory> {
    const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupsPerDimension } = device.limits;
    const most = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / 4);
    if (!(length >= 1 && length <= most)) throw new DeviceError(`expected 1 … ${most} parameters on this device, got ${length}`);
    const { widest = maxComputeWorkgroupsPerDimension } = options;
    const readBack = new ReadBack(device);
    device.pushErrorScope("out-of-memory");
    const arithmetic = await createDeviceArithmetic(device, length, widest);
    const selection = await createDeviceSelection(device, length, { widest, readBack });
    const memory = new DeviceMemory(device, length, { arithmetic, selection, readBack });
    const error = await device.popErrorScope();
    if (error === null) return memory;
    memory.destroy();
    throw new DeviceError(`expected ${12 * length} bytes of device memory, got none: ${error.message}`);
  }

  /** Bytes read back from the device so far. */
  get bytesRead(): number {
    return this.#readBack.bytes;
  }

  /** A round's update, copied from the beginning of a buffer of the same device. The update before it is gone. */
  keep(source: GPUBuffer): GpuVector {
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, this.#update.buffer, 0, 4 * this.length);
    this.#device.queue.submit([encoder.finish()]);
    return this.#renewed(this.#update);
  }

  /** A round's update, uploaded from the CPU. The update before it is gone. */
  upload(values: Float32Array<ArrayBuffer>): GpuVector {
    this.#device.queue.writeBuffer(this.#update.buffer, 0, values);
    return this.#renewed(this.#update);
  }

  /** weight · x in the place of x. @throws {RangeError} (as a rejection) if a number of it is not finite */
  async scale(x: GpuVector, weight: number): Promise<GpuVector> {
    const slot = this.#slotOf(x.id);
    this.#arithmetic.scale(slot.buffer, weight);
    const result = this.#renewed(slot);
    if (await this.#selection.isFinite(slot.buffer)) return result;
    throw new RangeError("expected a finite update, got one that overflows");
  }

  /** p = e + x, which is also the residual of a round in which nothing was sent. The same arguments give the same p. */
  sum(residual: number, x: GpuVector): GpuVector {
    const [first, second] = this.#residuals;
    const base = this.#slotOf(residual);
    const other = base === first ? second : first;
    const [of, and] = other.sumOf ?? [];
    if (of === residual && and === x.id) return new GpuVector(this, other.id);
    this.#arithmetic.add(base.buffer, this.#slotOf(x.id).buffer, other.buffer);
    other.sumOf = [residual, x.id];
    return this.#renewed(other, other.sumOf);
  }

  /** The id of residual − delivered. O(1) until it is used. */
  less(residual: number, delivered: Update): number {
    return this.#changed({ of: residual, delivered, sign: -1 });
  }

  /** The id of residual + delivered. O(1) until it is used. */
  plus(residual: number, delivered: Update): number {
    return this.#changed({ of: residual, delivered, sign: 1 });
  }

  /** The k largest entries of a vector. @throws {RangeError} (as a rejection) unless 1 ≤ k ≤ d and all d are finite */
  async largest(vector: GpuVector, k: number): Promise<Update> {
    return this.#selection.largest(this.#slotOf(vector.id).buffer, k);
  }

  /** A whole vector. Reads d floats back. */
  async read(id: number): Promise<Float32Array<ArrayBuffer>> {
    const { buffer } = this.#slotOf(id);
    const range = { buffer, bytes: 4 * this.length };
    return new Float32Array(await this.#readBack.finish(this.#device.createCommandEncoder(), [range]));
  }

  destroy(): void {
    this.#arithmetic.destroy();
    this.#selection.destroy();
    for (const { buffer } of this.#slots) buffer.destroy();
  }

  /** @throws {Error} if the vector has been overwritten: our own fault */
  #slotOf(id: number): Slot {
    const change = this.#changes.get(id);
    if (change !== undefined) {
      const slot = this.#slotOf(change.of);
      this.#addAt(slot.buffer, change);
      slot.id = id;
      slot.sumOf = null;
      this.#forgetChanges();
      return slot;
    }
    const slot = this.#slots.find((candidate) => candidate.id === id);
    if (slot === undefined) throw new Error(`expected a vector that is still on the device, got ${id}, which is not`);
    return slot;
  }

  #renewed(slot: Slot, sumOf: Slot["sumOf"] = null): GpuVector {
    slot.id = this.#nextId();
    slot.sumOf = sumOf;
    this.#forgetChanges();
    return new GpuVector(this, slot.id);
  }

  #changed(change: Change): number {
    if (change.delivered.length !== this.length)
      throw new RangeError(`expected an update of ${this.length} coordinates, got ${change.delivered.length}`);
    const id = this.#nextId();
    this.#changes.set(id, change);
    return id;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Drops changes that are applied, and those of residuals that are gone. Goes by ascending id: a change has a greater id than its residual. */
  #forgetChanges(): void {
    for (const [id, { of }] of this.#changes) {
      const isMade = this.#slots.some((slot) => slot.id === id);
      const canBeMade = this.#changes.has(of) || this.#slots.some((slot) => slot.id === of);
      if (isMade || !canBeMade) this.#changes.delete(id);
    }
  }

  get #slots(): readonly Slot[] {
    return [this.#update, ...this.#residuals];
  }

  #addAt(buffer: GPUBuffer, { delivered, sign }: Change): void {
    const { data } = delivered.values;
    const values = new Float32Array(data.length);
    for (let j = 0; j < values.length; j += 1) values[j] = sign * data[j]!;
    this.#arithmetic.addAt(buffer, Uint32Array.from(indicesOf(delivered) ?? data.keys()), values);
  }
}
