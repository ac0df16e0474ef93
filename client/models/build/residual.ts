import * as tfl from "@tensorflow/tfjs-layers";
import { GroupNormalization } from "../layers/group-normalization.ts";
import type { ModelShape } from "../model-method.ts";
import { applied } from "./applied.ts";

interface ResidualOptions {
  /** Layers with weights on the longest way: 2 for each block, the stem and the output. */
  readonly depth: number;
  readonly width: number;
  readonly norm: "group" | "batch" | "none";
}

/** Blocks of each of the four stages, by depth. */
const blocks: ReadonlyMap<number, readonly number[]> = new Map([
  [10, [1, 1, 1, 1]],
  [18, [2, 2, 2, 2]],
  [34, [3, 4, 6, 3]],
]);

/** Groups of channels, or fewer, so that each has at least so many. */
const maxGroups = 8;
const minChannels = 4;

/**
 * ResNet for small images (He et al. 2016, with the stem of their CIFAR networks): 3×3 convolutions without bias, width · 2ˢ channels in
 * stage s, stride 2 from the second stage on, 1×1 shortcuts where the shape changes, the mean over the image, one dense layer.
 * Without norms the last convolution of a block starts at zero, so that the block starts as the identity (Zhang et al. 2019, Fixup).
 * @throws {RangeError} if the samples are no images, or the depth has no stages
 */
export function residual({ depth, width, norm }: ResidualOptions, { input, outputs }: ModelShape): tfl.LayersModel {
  const stages = blocks.get(depth);
  if (stages === undefined) throw new RangeError(`expected a depth of ${[...blocks.keys()].join(", ")}, got ${depth}`);
  if (input.length !== 3)
    throw new RangeError(`expected images (height, width, channels) for a resnet, got samples of ${input.join("×")}`);
  const normalized = (x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor => {
    const channels = x.shape.at(-1)!;
    if (norm === "batch") return applied(tfl.layers.batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 }), x);
    return norm === "none" ? x : applied(new GroupNormalization({ name, groups: groupsOf(channels) }), x);
  };
  const block = (x: tfl.SymbolicTensor, name: string, { filters, strides }: ConvolutionSize): tfl.SymbolicTensor => {
    const first = normalized(convolved(x, `${name}_conv1`, { filters, kernelSize: 3, strides }), `${name}_norm1`);
    const last = norm === "none" ? ({ kernelInitializer: "zeros" } as const) : {};
    const second = convolved(activated(first, `${name}_relu1`), `${name}_conv2`, { filters, kernelSize: 3, strides: 1, ...last });
    const isSame = strides === 1 && x.shape.at(-1) === filters;
    const shortcut = isSame
      ? x
      : normalized(convolved(x, `${name}_shortcut`, { filters, kernelSize: 1, strides }), `${name}_shortcut_norm`);
    const sum = applied(tfl.layers.add({ name: `${name}_add` }), [normalized(second, `${name}_norm2`), shortcut]);
    return activated(sum, `${name}_relu2`);
  };
  const x = tfl.input({ shape: [...input] });
  let y = activated(normalized(convolved(x, "stem", { filters: width, kernelSize: 3, strides: 1 }), "stem_norm"), "stem_relu");
  for (const [stage, count] of stages.entries()) {
    for (let at = 0; at < count; at += 1) {
      const strides = stage > 0 && at === 0 ? 2 : 1;
      y = block(y, `stage${stage + 1}_block${at + 1}`, { filters: width * 2 ** stage, strides });
    }
  }
  const features = applied(tfl.layers.globalAveragePooling2d({ name: "mean", dataFormat: "channelsLast" }), y);
  const output = tfl.layers.dense({ name: "output", units: outputs, kernelInitializer: "leCunNormal" });
  return tfl.model({ inputs: x, outputs: applied(output, features) });
}

interface ConvolutionSize {
  readonly filters: number;
  readonly strides: number;
}

function convolved(
  x: tfl.SymbolicTensor,
  name: string,
  size: ConvolutionSize & { readonly kernelSize: number; readonly kernelInitializer?: "zeros" },
): tfl.SymbolicTensor {
  return applied(tfl.layers.conv2d({ name, padding: "same", useBias: false, kernelInitializer: "heNormal", ...size }), x);
}

function activated(x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor {
  return applied(tfl.layers.activation({ name, activation: "relu" }), x);
}

function groupsOf(channels: number): number {
  let groups = Math.max(1, Math.min(maxGroups, Math.floor(channels / minChannels)));
  while (channels % groups !== 0) groups -= 1;
  return groups;
}
