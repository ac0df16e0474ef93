/** A local optimizer in float64, on a matrix in rows: the step for a gradient, from the papers' equations. */
export type Reference = (gradient: readonly number[], value: readonly number[], count: number) => number[];

export function momentumReference(rate: number, beta: number, isNesterov: boolean): () => Reference {
  return () => {
    let m: number[] = [];
    return (gradient) => {
      m = gradient.map((g, i) => beta * (m[i] ?? 0) + g);
      return gradient.map((g, i) => rate * (isNesterov ? g + beta * m[i]! : m[i]!));
    };
  };
}

interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}

export function adamwReference(rate: number, { beta1, beta2, epsilon, decay }: AdamOptions): () => Reference {
  return () => {
    let [m, v]: [number[], number[]] = [[], []];
    return (gradient, value, count) => {
      m = gradient.map((g, i) => beta1 * (m[i] ?? 0) + (1 - beta1) * g);
      v = gradient.map((g, i) => beta2 * (v[i] ?? 0) + (1 - beta2) * g * g);
      return m.map((mean, i) => {
        const deviation = Math.sqrt(v[i]! / (1 - beta2 ** count)) + epsilon;
        return rate * (mean / (1 - beta1 ** count) / deviation + decay * value[i]!);
      });
    };
  };
}
