import { partOf } from "./part-of.ts";

export interface Parts<T> {
  /** At least one, where there are any files. */
  readonly train: readonly T[];
  readonly test: readonly T[];
  readonly leftOut: readonly T[];
}

/**
 * Deals files to the parts of a data set, each part in the order of its paths. A file that names no part is trained on.
 *
 * | parts named | trained on | held out | left out |
 * |---|---|---|---|
 * | train, test, valid | train | test | valid |
 * | train, test | train | test | |
 * | train, valid | train | valid | |
 * | one alone | it | | |
 */
export function partsOf<T extends { readonly path: string }>(files: readonly T[]): Parts<T> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const of = (...wanted: readonly (string | null)[]): T[] => sorted.filter(({ path }) => wanted.includes(partOf(path)));
  const [train, test, valid] = [of("train", null), of("test"), of("valid")];
  if (train.length > 0 && test.length > 0) return { train, test, leftOut: valid };
  if (train.length > 0) return { train, test: valid, leftOut: [] };
  return test.length > 0 ? { train: test, test: [], leftOut: valid } : { train: valid, test: [], leftOut: [] };
}
