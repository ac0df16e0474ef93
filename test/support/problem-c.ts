/** Five quadratics with different optima, d = 30, condition number 10: A_i = Q_iΛ_iQ_i, Q_i a reflection, as a file for the lab. */
export function problemC(): {
  readonly start: number[];
  readonly workers: { hessian: number[][]; linear: number[]; constant: number }[];
} {
  const d = 30;
  const workers = Array.from({ length: 5 }, (_, i) => {
    const sines = Array.from({ length: d }, (_, j) => Math.sin(j + 1 + 3 * i + 1));
    const norm = Math.hypot(...sines);
    const reflect = (u: number[]): number[] => {
      const along = u.reduce((sum, value, j) => sum + (value * sines[j]!) / norm, 0);
      return u.map((value, j) => value - (2 * along * sines[j]!) / norm);
    };
    const eigenvalues = Array.from({ length: d }, (_, j) => 10 ** (-1 + ((j - 7 * i + 7 * d) % d) / (d - 1)));
    const apply = (u: number[]): number[] => reflect(reflect(u).map((value, j) => value * eigenvalues[j]!));
    const centre = Array.from({ length: d }, (_, j) => Math.sin((i + 1) * (j + 1)));
    const linear = apply(centre);
    return {
      hessian: Array.from({ length: d }, (_, row) => apply(Array.from({ length: d }, (_, j) => (j === row ? 1 : 0)))),
      linear,
      constant: 0.5 * linear.reduce((sum, value, j) => sum + value * centre[j]!, 0),
    };
  });
  return { start: new Array<number>(d).fill(0), workers };
}
