/**
 * Summed cross-entropy and hits of n rows of logits, on the CPU in float64: the logits are read back anyway, and no
 * shader compiler can optimize a NaN away. A row counts as a hit if no other class has a logit as large as its label's.
 */
export function sumLosses(
  logits: Float32Array,
  labels: Int32Array | Float32Array,
  classes: number,
): { readonly loss: number; readonly correct: number } {
  let loss = 0;
  let correct = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const first = row * classes;
    const label = labels[row]!;
    const own = logits[first + label]!;
    let greatest = Number.NEGATIVE_INFINITY;
    let rivals = 0;
    for (let c = 0; c < classes; c += 1) {
      const logit = logits[first + c]!;
      greatest = Math.max(greatest, logit);
      if (c !== label && !(logit < own)) rivals += 1;
    }
    let sum = 0;
    for (let c = 0; c < classes; c += 1) sum += Math.exp(logits[first + c]! - greatest);
    loss += Math.log(sum) + greatest - own;
    if (rivals === 0) correct += 1;
  }
  return { loss, correct };
}
