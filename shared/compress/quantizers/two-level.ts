import { blockValues } from "../../vector/formats/block-scale.ts";
import { levelsOf } from "../../vector/lloyd-levels.ts";
import { defineMethod } from "../method.ts";
import { asFloats, blockParameter, type Quantizer, unquantized } from "./quantizer.ts";

/**
 * Two bits a value: its sign, and which of the block's two magnitudes, set by Lloyd's iteration on |v| (Lloyd 1982): each
 * magnitude is the mean of those nearer to it, starting from the mean as the boundary. The error is never above that of the
 * sign with the block's mean magnitude. No α is known beforehand: log the measured one. O(n · steps).
 */
export function twoLevel({ block }: { readonly block: number }): Quantizer {
  return (values) => {
    const quantized = new Float32Array(values.length);
    for (let start = 0; start < values.length; start += block) {
      const end = Math.min(start + block, values.length);
      const { low, high, boundary } = levelsOf(values, start, end);
      for (let i = start; i < end; i += 1) {
        const magnitude = Math.abs(values[i]!) < boundary ? low : high;
        quantized[i] = values[i]! < 0 ? -magnitude : magnitude;
      }
    }
    return quantized;
  };
}

export const twoLevelMethod = defineMethod({
  name: "twolevel",
  kind: "quantizer",
  parameters: { block: blockParameter("values that share two magnitudes; 2.5 bits a value with 128, as floats with others") },
  example: "twolevel",
  summary: "Sends of each number only its sign and whether it is a small or a large one of its block.",
  law: "‖Q(v) − v‖² at most that of the sign with each block's mean magnitude",
  source: "Lloyd 1982, on the magnitudes of a block",
  build: ({ block }) => (block === blockValues ? { quantize: unquantized, format: "two-level" } : asFloats(twoLevel({ block }))),
});
