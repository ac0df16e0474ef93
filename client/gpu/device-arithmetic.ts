import { arithmeticCode } from "./arithmetic-code.ts";
import { createKernels } from "./create-kernels.ts";
import { blockLength, gridOf } from "./grid.ts";

/** float32 operations on vectors of d floats that lie on a device. They are submitted at once, and take effect in the order of the calls. */
export interface DeviceArithmetic {
  /** result ← a + b. The three are different buffers. */
  add(a: GPUBuffer, b: GPUBuffer, result: GPUBuffer): void;
  /** result ← weight · result */
  scale(result: GPUBuffer, weight: number): void;
  /** result ← result + values at the places, which are all different. Uploads O(k) bytes. */
  addAt(result: GPUBuffer, places: Uint32Array<ArrayBuffer>, values: Float32Array<ArrayBuffer>): void;
  destroy(): void;
}

/** @param widest workgroups in a row of a grid */
export async function createDeviceArithmetic(device: GPUDevice, length: number, widest: number): Promise<DeviceArithmetic> {
  const kernels = await createKernels(device, arithmeticCode, ["add", "scale", "addAt"], "auto");
  const job = device.createBuffer({ size: 8, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });

  const perform = (
    kernel: GPUComputePipeline,
    { count, weight = 0 }: { readonly count: number; readonly weight?: number },
    buffers: Readonly<Record<number, GPUBuffer>>,
  ): void => {
    const words = new ArrayBuffer(8);
    new Uint32Array(words)[0] = count;
    new Float32Array(words)[1] = weight;
    device.queue.writeBuffer(job, 0, words);
    const entries = Object.entries({ 0: job, ...buffers }).map(([binding, buffer]) => ({
      binding: Number(binding),
      resource: { buffer },
    }));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel);
    pass.setBindGroup(0, device.createBindGroup({ layout: kernel.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...gridOf(Math.ceil(count / blockLength), widest));
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  const upload = (data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer => {
    const buffer = device.createBuffer({ size: data.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };

  return {
    add: (a, b, result) => perform(kernels.add, { count: length }, { 1: a, 2: b, 4: result }),
    scale: (result, weight) => perform(kernels.scale, { count: length, weight }, { 4: result }),
    addAt(result, places, values) {
      if (places.length === 0) return;
      const [a, at] = [upload(values), upload(places)];
      perform(kernels.addAt, { count: places.length }, { 1: a, 3: at, 4: result });
      a.destroy();
      at.destroy();
    },
    destroy: () => job.destroy(),
  };
}
