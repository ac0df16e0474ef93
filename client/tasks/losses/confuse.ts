/**
 * How many of n rows of logits have which class and are taken for which: K² counts, a row for each class that rows have. A row is taken
 * for its own class if no other has a logit as large, so that the trace is the hits of `sumLosses`; else for that of the others with
 * the largest logit, the first of several. NaN is as large as any.
 */
export function confuse(logits: Float32Array, labels: Int32Array | Float32Array, classes: number): readonly number[] {
  const counts = Array.from({ length: classes ** 2 }, () => 0);
  for (let row = 0; row < labels.length; row += 1) {
    const own = labels[row]!;
    counts[own * classes + takenFor(logits.subarray(row * classes, (row + 1) * classes), own)]! += 1;
  }
  return counts;
}

function takenFor(logits: Float32Array, own: number): number {
  let taken = own;
  for (const [c, logit] of logits.entries()) {
    const greatest = logits[taken]!;
    if (c !== own && (taken === own ? !(logit < greatest) : logit > greatest)) taken = c;
  }
  return taken;
}
