import { maxFloat32 } from "../../vector/saturate.ts";
import { defineMethod } from "../method.ts";
import { asFloats, type Quantizer, unbiased } from "./quantizer.ts";

const signBit = 0x80000000;
const exponentBits = 0x7f800000;
const mantissaBits = 0x007fffff;
/** 2¹²⁷: the largest power of two that a float32 holds. */
const largestPower = 0x7f000000;

/**
 * Natural compression (Horváth et al. 2022): |vᵢ| becomes one of its two neighboring powers of two, p ≤ |vᵢ| < 2p, the upper
 * one with probability |vᵢ|/p − 1. Unbiased; E‖Q(v) − v‖² ≤ ‖v‖²/8. Computed on the bits: exact, subnormals included. Above 2¹²⁷ the
 * upper neighbor is the largest float32 in place of 2¹²⁸ (a bias of 2⁻²⁴, never infinity). O(n), one draw a value.
 */
export const natural: Quantizer = unbiased(
  (values, rng) => {
    const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const quantized = new Float32Array(values.length);
    const target = new Uint32Array(quantized.buffer);
    for (let i = 0; i < source.length; i += 1) {
      const bits = source[i]!;
      const exponent = bits & exponentBits;
      const mantissa = bits & mantissaBits;
      // A subnormal m·2⁻¹⁴⁹ has its power of two in the highest bit of m; twice that is again its bits shifted by one.
      const leading = exponent === 0 ? (mantissa === 0 ? 0 : 2 ** (31 - Math.clz32(mantissa))) : exponent;
      const chance = exponent !== 0 ? mantissa / 2 ** 23 : mantissa === 0 ? 0 : mantissa / leading - 1;
      const isUp = rng.uniform() < chance;
      if (isUp && leading === largestPower) {
        quantized[i] = Math.sign(values[i]!) * maxFloat32;
        continue;
      }
      const power = !isUp ? leading : exponent === 0 ? 2 * leading : leading + 2 ** 23;
      target[i] = (bits & signBit) | power;
    }
    return quantized;
  },
  () => 1 / 8,
);

export const naturalMethod = defineMethod({
  name: "natural",
  kind: "quantizer",
  parameters: {},
  example: "natural",
  summary: "Rounds each number at random to a power of two beside it, so that the average stays right.",
  law: "E Q(v) = v, E‖Q(v) − v‖² ≤ ‖v‖²/8",
  source: "Horváth et al. 2022",
  build: () => asFloats(natural),
});
