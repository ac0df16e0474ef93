import * as tf from "@tensorflow/tfjs-core";
import type { LocalOptimizer, LocalRule } from "../local-optimizer.ts";
import { adamw, contains, type DecayOptions, decaying } from "./adamw.ts";
import { orthogonalized } from "./orthogonalized.ts";

interface MuonOptions extends DecayOptions {
  /** μ. */
  readonly momentum: number;
  /** Words in the names of tensors that adamw steps. */
  readonly others: readonly string[];
}

/** A step's root mean square, about that of an adamw: one rate and one λ fit both (Liu et al. 2025). */
const stepSize = 0.2;

/**
 * Muon (Jordan et al. 2024) with Nesterov's momentum: a matrix of m × n, an image filter as (height · width · channels) × outputs, is
 * stepped by 0.2√max(m, n) times the nearest matrix with orthonormal columns or rows; vectors, and tensors named so, by adamw. A step takes
 * five times three products: O(max(m, n)·min(m, n)²).
 */
export function muon({ momentum, others, ...decay }: MuonOptions): LocalOptimizer {
  const plain = adamw({ beta1: 0.9, beta2: 0.95, epsilon: 1e-8, ...decay });
  return (tensor) => {
    const { name, shape } = tensor;
    const columns = shape.at(-1) ?? 1;
    const rows = shape.reduce((product, side) => product * side, 1) / columns;
    if (Math.min(rows, columns) <= 1 || contains(name, others)) return plain(tensor);
    const size = stepSize * Math.sqrt(Math.max(rows, columns));
    const rule: LocalRule = {
      slots: 1,
      step({ gradient, slots: [before], rate }) {
        const after = tf.add(tf.mul(before!, momentum), gradient);
        const direction = tf.reshape<tf.Rank.R2>(tf.add(gradient, tf.mul(after, momentum)), [rows, columns]);
        return { step: tf.reshape(tf.mul(orthogonalized(direction), rate * size), [...shape]), slots: [after] };
      },
    };
    return decaying(rule, name, decay);
  };
}
