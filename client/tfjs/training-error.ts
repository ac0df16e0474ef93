/** Thrown when training on this machine fails: a number that is not finite, a trainer used after its end, no usable backend. */
export class TrainingError extends Error {
  override readonly name = "TrainingError";
}
