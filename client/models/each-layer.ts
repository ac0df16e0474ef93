import type * as tfl from "@tensorflow/tfjs-layers";

/** All layers of a model: those of models inside it and those inside wrappers too, outermost first; one that is used twice comes once. */
export function eachLayer(model: tfl.LayersModel): readonly tfl.layers.Layer[] {
  const found = new Set<tfl.layers.Layer>();
  const visit = (layer: tfl.layers.Layer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    const { layers, layer: wrapped, forwardLayer, backwardLayer, cell } = layer as Inner;
    for (const inner of [...(layers ?? []), wrapped, forwardLayer, backwardLayer, cell]) if (inner != null) visit(inner);
  };
  for (const layer of model.layers) visit(layer);
  return [...found];
}

/** Where tfjs's layers keep layers inside them. */
interface Inner extends tfl.layers.Layer {
  readonly layers?: readonly tfl.layers.Layer[];
  readonly layer?: tfl.layers.Layer;
  readonly forwardLayer?: tfl.layers.Layer;
  readonly backwardLayer?: tfl.layers.Layer;
  readonly cell?: tfl.layers.Layer;
}
