import { scaleInputs } from "../export/scaled-model.ts";

/** A layer that is a model, as a topology has it. */
interface LayerNode {
  readonly class_name: string;
  readonly config: { readonly layers?: unknown };
}

/** The topology of the model that was trained, without the layers by which a saved one scales its data; the same one where it has none. */
export function innerModel(topology: Readonly<Record<string, unknown>>): object {
  const { layers } = topology["config"] as { readonly layers?: readonly (LayerNode & { readonly name?: string })[] };
  if (layers === undefined || !layers.some(({ name }) => name === scaleInputs)) return topology;
  const inner = layers.find(({ config }) => Array.isArray(config.layers))!;
  return { class_name: inner.class_name, config: inner.config };
}
