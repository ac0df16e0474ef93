import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import { initialValues } from "./initial-values.ts";

/** What a model learns, as variables of tfjs, in the order of its layout. */
export interface ModelVariables {
  /** Those that gradients descend in. */
  readonly trained: readonly tf.Variable[];
  /** What layers take down of the batches, as moving means. */
  readonly statistics: readonly tf.Variable[];
}

/** A weight, and the layer that it is of. */
interface Weight {
  readonly layer: tfl.layers.Layer;
  readonly variable: tf.Variable;
  readonly name: string;
}

interface LayoutOptions {
  /** Whether the model brings its weights: then it does not matter how its layers would draw them. */
  readonly hasWeights?: boolean;
}

/**
 * How a model's weights lie in the flat vector: those that are trained in the model's order, then its statistics. Weights of frozen
 * layers are not in it. Tensors are named by layer and weight; a kernel is called `weights`, or `filters` if it is one of a convolution.
 * @throws {RangeError} by the layer's name if a layer does not say how its weights begin, or if nothing is trained
 */
export function layoutOfModel(model: tfl.LayersModel, { hasWeights = false }: LayoutOptions = {}): Layout {
  const { trained, statistics } = weightsOf(model);
  if (trained.length === 0) throw new RangeError("expected a model with weights to train, got none");
  const all = [...trained, ...statistics];
  const names = all.map(({ name, layer }) => `${layer.name}/${name}`);
  const specs = all.map(({ layer, name, variable: { shape } }, at) => {
    const values = initialValues(layer, name, shape) ?? (hasWeights ? { fill: 0, deviation: 0 } : null);
    if (values === null)
      throw new RangeError(`layer ${layer.name} (${layer.getClassName()}): expected an initializer for its ${name}, got none`);
    return { name: uniqueName(names, at, shape.length), shape: [...shape], ...values };
  });
  return { ...layoutOf(specs), ...countOf(statistics) };
}

/** The variables that a model's layers read their weights from; set them with `assign`. */
export function variablesOf(model: tfl.LayersModel): ModelVariables {
  const { trained, statistics } = weightsOf(model);
  return { trained: trained.map(({ variable }) => variable), statistics: statistics.map(({ variable }) => variable) };
}

function countOf(statistics: readonly Weight[]): { statistics?: number } {
  const count = statistics.reduce((sum, { variable: { size } }) => sum + size, 0);
  return count === 0 ? {} : { statistics: count };
}

/** Weights of the layers that are not frozen, those of models inside the model included; a layer that is used twice counts once. */
function weightsOf(model: tfl.LayersModel): { readonly trained: readonly Weight[]; readonly statistics: readonly Weight[] } {
  const trained = new Map<tf.Variable, Weight>();
  const statistics = new Map<tf.Variable, Weight>();
  for (const layer of layersOf(model)) {
    if (!layer.trainable) continue;
    const weight = (found: tfl.LayerVariable): readonly [tf.Variable, Weight] => {
      const variable = found.read() as tf.Variable;
      return [variable, { layer, variable, name: found.originalName.split("/").at(-1)! }];
    };
    for (const one of layer.trainableWeights) trained.set(...weight(one));
    for (const one of layer.nonTrainableWeights) statistics.set(...weight(one));
  }
  return { trained: [...trained.values()], statistics: [...statistics.values()] };
}

function layersOf(model: tfl.LayersModel): readonly tfl.layers.Layer[] {
  if (!model.trainable) return [];
  return model.layers.flatMap((layer) => ("layers" in layer ? layersOf(layer as unknown as tfl.LayersModel) : [layer]));
}

/** The name of a tensor; where a model inside the model has a layer of the same name, its place among them is added. */
function uniqueName(names: readonly string[], at: number, rank: number): string {
  const name = names[at]!;
  const before = names.slice(0, at).filter((one) => one === name).length;
  const called = name.replace(/\/kernel$/, rank > 2 ? "/filters" : "/weights");
  return before === 0 ? called : `${called}#${before + 1}`;
}
