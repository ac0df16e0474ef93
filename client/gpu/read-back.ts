/** The beginning of a buffer. */
interface Range {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** Copies from a device to the CPU, and counts what it copies. */
export class ReadBack {
  bytes = 0;
  readonly #device: GPUDevice;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * Submits what the encoder holds, and then the ranges, end to end, as they are after it. Each call has a buffer of its own, so that calls may overlap.
   * @throws {Error} (as a rejection) if the device is lost meanwhile
   */
  async finish(encoder: GPUCommandEncoder, ranges: readonly Range[]): Promise<ArrayBuffer> {
    const size = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
    const staging = this.#device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    let at = 0;
    for (const { buffer, bytes } of ranges) {
      encoder.copyBufferToBuffer(buffer, 0, staging, at, bytes);
      at += bytes;
    }
    this.#device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ);
      this.bytes += size;
      return staging.getMappedRange().slice(0);
    } finally {
      staging.destroy();
    }
  }
}
