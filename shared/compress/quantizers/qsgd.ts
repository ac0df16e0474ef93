import { saturate } from "../../vector/saturate.ts";
import { defineMethod } from "../method.ts";
import { asFloats, blockParameter, type Quantizer, unbiased } from "./quantizer.ts";

/**
 * QSGD (Alistarh et al. 2017) with s levels, by buckets of b values, each with its own norm:
 *
 *     Q(v)ᵢ = ‖v‖₂ · sgn(vᵢ) · ξᵢ / s,   ξᵢ = ⌊s|vᵢ|/‖v‖₂⌋, + 1 with probability the fraction
 *
 * Unbiased; E‖Q(v) − v‖² ≤ min(b/s², √b/s)‖v‖². A bucket of zeros gives zeros. The norm is a float32, at most the largest:
 * |vᵢ| ≤ ‖v‖₂ holds for the rounded one too. O(n), one draw a value.
 */
export function qsgd({ levels, bucket }: { readonly levels: number; readonly bucket: number }): Quantizer {
  return unbiased(
    (values, rng) => {
      const quantized = new Float32Array(values.length);
      for (let start = 0; start < values.length; start += bucket) {
        const end = Math.min(start + bucket, values.length);
        const norm = normOf(values, start, end);
        if (norm === 0) continue;
        for (let i = start; i < end; i += 1) {
          const exact = (levels * Math.abs(values[i]!)) / norm;
          const level = Math.floor(exact) + (rng.uniform() < exact - Math.floor(exact) ? 1 : 0);
          quantized[i] = (Math.sign(values[i]!) * norm * level) / levels;
        }
      }
      return quantized;
    },
    (count) => {
      const b = Math.min(bucket, count);
      return Math.min(b / (levels * levels), Math.sqrt(b) / levels);
    },
  );
}

/** ‖v‖₂ of values[start … end), summed in float64, where no square of a float32 over- or underflows. */
function normOf(values: Float32Array, start: number, end: number): number {
  let squares = 0;
  for (let i = start; i < end; i += 1) squares += values[i]! * values[i]!;
  return Math.fround(saturate(Math.sqrt(squares)));
}

export const qsgdMethod = defineMethod({
  name: "qsgd",
  kind: "quantizer",
  parameters: {
    levels: { type: "integer", min: 1, max: 65_535, help: "s: levels between 0 and the norm of a bucket" },
    bucket: blockParameter("b: values that share a norm"),
  },
  example: "qsgd(8)",
  summary: "Rounds each number at random to one of a few levels, so that the average stays right.",
  law: "E Q(v) = v, E‖Q(v) − v‖² ≤ min(b/s², √b/s)‖v‖²",
  source: "Alistarh et al. 2017",
  build: (given) => asFloats(qsgd(given)),
});
