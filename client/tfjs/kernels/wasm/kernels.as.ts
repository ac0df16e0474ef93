// AssemblyScript: compiled to WebAssembly by `npm run build:wasm`, which writes kernels-module.ts. Works in the memory of tfjs's own
// module, on addresses that it is given; floats are 4 bytes.

export { attention, attentionGradient, attentionScratch } from "./attention.as";
export { setFilter, setInput, setOutput } from "./convolution-shape.as";
export { filterGradient, halfTurn, inputGradient } from "./convolutions.as";
export { depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise.as";
export { gelu, geluGradient } from "./gelu.as";
export { normalize, normalizeGradient, normalizeScratch } from "./normalize.as";
export { gemm, scratchBytes } from "./products.as";
export { addReLU, columnSums, finishRows, reLUGradient } from "./rows.as";
export { crossEntropy } from "./softmax.as";
