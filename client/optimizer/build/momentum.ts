import * as tf from "@tensorflow/tfjs-core";
import type { LocalOptimizer } from "../local-optimizer.ts";

/** Momentum (Polyak 1964), perhaps Nesterov's: m ← βm + g, x ← x − γm, or x ← x − γ(g + βm). O(size). */
export function momentum({
  momentum: beta,
  nesterov,
}: {
  readonly momentum: number;
  readonly nesterov: boolean;
}): LocalOptimizer {
  return () => ({
    slots: 1,
    step({ gradient, slots: [before], rate }) {
      const after = tf.add(tf.mul(before!, beta), gradient);
      const direction = nesterov ? tf.add(gradient, tf.mul(after, beta)) : after;
      return { step: tf.mul(direction, rate), slots: [after] };
    },
  });
}
