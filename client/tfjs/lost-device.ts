import * as tf from "@tensorflow/tfjs-core";

/** Priority with which tfjs registers its WebGPU backend: it has no way to ask for it. */
const webgpuPriority = 3;

/** Resolves with the reason when the device is lost. */
export async function lossOf(device: GPUDevice): Promise<string> {
  const { reason, message } = await device.lost;
  return message === "" ? reason : message;
}

/** Drops tfjs's WebGPU backend, whose device is lost, so that the next one opens a new device: tfjs would keep it. */
export function dropWebgpu(): void {
  const factory = tf.findBackendFactory("webgpu");
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", factory, webgpuPriority);
}
