import { type Part, partOf } from "./part-of.ts";

export interface Parts<T> {
  /** At least one, where there are any files. */
  readonly train: readonly T[];
  readonly test: readonly T[];
  readonly leftOut: readonly T[];
}

interface PartFile {
  readonly path: string;
  /** Where the path alone does not tell. */
  readonly part?: Part | null;
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
export function partsOf<T extends PartFile>(files: readonly T[]): Parts<T> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const of = (...wanted: readonly (Part | null)[]): T[] =>
    sorted.filter(({ path, part }) => wanted.includes(part === undefined ? partOf(path) : part));
  const [train, test, valid] = [of("train", null), of("test"), of("valid")];
  if (train.length > 0 && test.length > 0) return { train, test, leftOut: valid };
  if (train.length > 0) return { train, test: valid, leftOut: [] };
  return test.length > 0 ? { train: test, test: [], leftOut: valid } : { train: valid, test: [], leftOut: [] };
}
