import { ModelError } from "./model-error.ts";
import type { Topology } from "./own-model.ts";

/** A layer as a topology has it. */
interface LayerNode {
  readonly class_name: string;
  readonly name?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes?: readonly unknown[];
}

/**
 * The topology that gives logits where the given one ends with a softmax: the losses of classes and tokens take logits. All weights and
 * names stay. The same topology where it ends otherwise.
 * @throws {ModelError} by the layer's name, if what ends with the softmax is used elsewhere in the model, too
 */
export function withoutSoftmax(topology: Topology): Topology {
  const { class_name, config } = topology;
  const layers = config["layers"];
  if (!Array.isArray(layers)) return topology;
  const nodes = layers as readonly LayerNode[];
  const at = class_name === "Sequential" ? nodes.length - 1 : nodes.findIndex((node) => nameOf(node) === outputOf(config));
  const last = nodes[at];
  if (last === undefined) return topology;
  const linear = linearOf(last);
  if (linear === last) return topology;
  if ((last.inbound_nodes?.length ?? 1) > 1) {
    const what = `layer ${nameOf(last)} (${last.class_name})`;
    throw new ModelError(
      `${what}: expected the softmax at the model's end to be used once, got it ${last.inbound_nodes!.length} times`,
    );
  }
  return { class_name, config: { ...config, layers: nodes.with(at, linear) } };
}

/** The layer without its softmax; the same one where it has none. */
function linearOf(node: LayerNode): LayerNode {
  const { class_name, config } = node;
  if (Array.isArray(config["layers"])) {
    const inner = withoutSoftmax({ class_name, config });
    return inner.config === config ? node : { ...node, config: inner.config };
  }
  if (class_name === "Softmax") {
    const { axis: _, ...kept } = config;
    return { ...node, class_name: "Activation", config: { ...kept, activation: "linear" } };
  }
  return config["activation"] === "softmax" ? { ...node, config: { ...config, activation: "linear" } } : node;
}

function nameOf({ name, config }: LayerNode): unknown {
  return name ?? config["name"];
}

/** The name of the layer that a functional model ends with. */
function outputOf(config: Topology["config"]): unknown {
  const [first] = (config["output_layers"] ?? []) as readonly unknown[];
  return Array.isArray(first) ? first[0] : first;
}
