/** Compiles the entry points of one shader. @throws {Error} (as a rejection) if the device refuses one */
export async function createKernels<Name extends string>(
  device: GPUDevice,
  code: string,
  names: readonly Name[],
  layout: GPUPipelineLayout | "auto",
): Promise<Readonly<Record<Name, GPUComputePipeline>>> {
  const module = device.createShaderModule({ code });
  const kernels = names.map(async (entryPoint) => {
    const pipeline = await device.createComputePipelineAsync({ layout, compute: { module, entryPoint } });
    return [entryPoint, pipeline] as const;
  });
  return Object.fromEntries(await Promise.all(kernels)) as Record<Name, GPUComputePipeline>;
}
