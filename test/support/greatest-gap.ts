/** max |a_i − b_i| over all i of the longer one; NaN where any difference is. One number to expect something of, where an expectation each would take longer than the law. */
export function greatestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) greatest = Math.max(greatest, Math.abs(a[i]! - b[i]!));
  return greatest;
}
