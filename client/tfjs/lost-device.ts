import * as tf from "@tensorflow/tfjs-core";

/** Of the backend that tfjs would take by itself; it has no way to ask for it. */
const webgpuPriority = 3;

/** Why a device was lost, once it is. */
export async function lossOf(device: GPUDevice): Promise<string> {
  const { reason, message } = await device.lost;
  return message === "" ? reason : message;
}

/** tfjs keeps a backend whose device is lost, and has no other: drops it, so that the next one opens a device of its own. */
export function dropWebgpu(): void {
  const factory = tf.findBackendFactory("webgpu");
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", factory, webgpuPriority);
}
