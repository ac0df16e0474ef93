/** F(x) = (1/P) Σ f_i(x) over P workers, known well enough to say how far from its least value a method is. */
export interface Problem {
  /** The shape of x as a tensor: what low-rank methods go by. */
  readonly shape: readonly number[];
  /** d: the product of `shape`. */
  readonly dimension: number;
  /** P. */
  readonly workers: number;
  /** x⁰, in the float32 of the product. */
  readonly start: Float32Array;
  /** F(x), in float64. */
  value(x: ArrayLike<number>): number;
  /** ∇f_i(x), in float64. */
  gradient(worker: number, x: ArrayLike<number>): Float64Array;
  /** ∇²F(x), d × d, row by row. */
  hessian(x: ArrayLike<number>): Float64Array;
}

/** ∇F(x) = (1/P) Σ ∇f_i(x). */
export function meanGradient(problem: Problem, x: ArrayLike<number>): Float64Array {
  const mean = new Float64Array(problem.dimension);
  for (let worker = 0; worker < problem.workers; worker += 1) {
    const gradient = problem.gradient(worker, x);
    for (let j = 0; j < mean.length; j += 1) mean[j]! += gradient[j]! / problem.workers;
  }
  return mean;
}

/** ‖v‖². */
export function normSquared(v: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < v.length; j += 1) sum += v[j]! * v[j]!;
  return sum;
}
