/** One named tensor inside the flat parameter vector. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where it begins in the flat vector, in floats. */
  readonly offset: number;
  /** Number of floats: the product of `shape`. */
  readonly size: number;
  /** Standard deviation of its initial values; 0 starts them all at `fill`. */
  readonly deviation: number;
  /** Mean of its initial values; absent: 0. */
  readonly fill?: number;
}

/** How a model's tensors lie in one flat Float32Array. */
export interface Layout {
  readonly tensors: readonly TensorSpec[];
  /** d, the number of parameters. */
  readonly length: number;
  /** How many of them, the last ones, no gradient trains: a normalization layer's moving means and variances. 0 where absent. */
  readonly statistics?: number;
}

/** Lays tensors out one after the other, in the order given. */
export function layoutOf(
  tensors: readonly { name: string; shape: readonly number[]; deviation?: number; fill?: number }[],
): Layout {
  let length = 0;
  const specs = tensors.map(({ name, shape, deviation = 0, fill = 0 }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const spec: TensorSpec = { name, shape, offset: length, size, deviation, ...(fill === 0 ? {} : { fill }) };
    length += size;
    return spec;
  });
  return { tensors: specs, length };
}

/** How many of the parameters, the first ones, are trained. */
export function trainedLength({ length, statistics = 0 }: Pick<Layout, "length" | "statistics">): number {
  return length - statistics;
}

/** The layout without the statistics at its end: what updates are of. */
export function trainedLayout(layout: Layout): Layout {
  const length = trainedLength(layout);
  return length === layout.length ? layout : { tensors: layout.tensors.filter(({ offset }) => offset < length), length };
}
