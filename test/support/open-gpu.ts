import { create, globals } from "webgpu";

/** What a test says when it is skipped. */
export const noGpu =
  "no WebGPU adapter: install Chromium, which brings one in software, or name a Vulkan driver in VK_ICD_FILENAMES";

/** Whoever holds a device must hold this, too: what is collected takes its devices with it. */
let gpu: GPU | null = null;

/** WebGPU for Node, as `navigator.gpu` is in a browser; its constants become global, as they are there. */
export function openGpu(): GPU {
  Object.assign(globalThis, globals);
  gpu ??= create([]);
  return gpu;
}

/** A device of whatever adapter there is; null if there is none. */
export async function openDevice(): Promise<GPUDevice | null> {
  const adapter = await openGpu().requestAdapter();
  return (await adapter?.requestDevice()) ?? null;
}
