import { defineMethod } from "../method.ts";
import { asFloats, type Quantizer } from "./quantizer.ts";

/**
 * Scaled sign (Karimireddy et al. 2019): Q(v) = (‖v‖₁/n)·sgn(v), sgn(0) = +1. Contractive, with equality:
 * ‖Q(v) − v‖² = (1 − ‖v‖₁²/(n‖v‖₂²))‖v‖₂². The mean magnitude is at most the largest one: finite. O(n).
 */
export const sign: Quantizer = (values) => {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += Math.abs(values[i]!);
  const mean = sum / Math.max(values.length, 1);
  const quantized = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) quantized[i] = values[i]! < 0 ? -mean : mean;
  return quantized;
};

export const signMethod = defineMethod({
  name: "sign",
  kind: "quantizer",
  parameters: {},
  example: "sign",
  summary: "Sends of each number only whether it is above or below zero, with one size for all.",
  law: "‖Q(v) − v‖² = (1 − ‖v‖₁²/(n‖v‖₂²))‖v‖₂²",
  source: "Karimireddy et al. 2019",
  build: () => asFloats(sign),
});
