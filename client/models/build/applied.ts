import type * as tfl from "@tensorflow/tfjs-layers";

/** The output of a layer for one input or several. Its weights are left at zero: peers set them by the layout. */
export function applied(layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor {
  layer.setFastWeightInitDuringBuild(true);
  return layer.apply(x) as tfl.SymbolicTensor;
}
