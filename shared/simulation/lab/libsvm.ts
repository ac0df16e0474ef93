import { ProblemFileError } from "./problem-file-error.ts";

/** Labeled sparse rows, one after the other: row i has the entries offsets[i] … offsets[i + 1] − 1. */
export interface Samples {
  readonly labels: Float64Array;
  readonly offsets: Uint32Array;
  /** From 0, ascending within a row. */
  readonly indices: Uint32Array;
  readonly values: Float64Array;
  /** The largest index + 1. */
  readonly features: number;
}

/** 120 MB of indices and values. */
const maxEntries = 10_000_000;
/** A model of 40 MB. */
const maxFeatures = 10_000_000;
const maxRows = 10_000_000;

/**
 * Reads LIBSVM's format: a line a sample, "label index:value index:value …", indices from 1, ascending. Blank lines and what
 * follows a # are passed over. O(length of the text).
 * @param file what errors call it
 * @throws {ProblemFileError} with line and reason: a token that is not index:value, indices out of order, a number not finite, too much, nothing
 */
export function parseLibsvm(text: string, file: string): Samples {
  const labels: number[] = [];
  const offsets: number[] = [0];
  const indices: number[] = [];
  const values: number[] = [];
  let features = 0;
  let line = 0;
  const fail = (problem: string): never => {
    throw new ProblemFileError(file, line, problem);
  };
  const finite = (token: string, what: string): number => {
    const value = token === "" ? Number.NaN : Number(token);
    return Number.isFinite(value) ? value : fail(`expected ${what} that is finite, got ${JSON.stringify(token.slice(0, 20))}`);
  };
  const readEntry = (token: string, previous: number): number => {
    const colon = token.indexOf(":");
    if (colon < 0) fail(`expected index:value, got ${JSON.stringify(token.slice(0, 20))}`);
    const index = Number(token.slice(0, colon));
    if (!(Number.isInteger(index) && index >= 1 && index <= maxFeatures))
      fail(`expected an index from 1 to ${maxFeatures}, got ${JSON.stringify(token.slice(0, colon).slice(0, 20))}`);
    if (index <= previous) fail(`expected an index above ${previous}, got ${index}`);
    indices.push(index - 1);
    values.push(finite(token.slice(colon + 1), "a value"));
    return index;
  };
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    line += 1;
    const [content] = text.slice(at, end).split("#", 1);
    at = end + 1;
    const [label, ...entries] = content!.split(/\s+/).filter((token) => token !== "");
    if (label === undefined) continue;
    labels.push(finite(label, "a label"));
    let previous = 0;
    for (const entry of entries) previous = readEntry(entry, previous);
    features = Math.max(features, previous);
    offsets.push(indices.length);
    if (indices.length > maxEntries) fail(`expected at most ${maxEntries} entries, got more`);
    if (labels.length > maxRows) fail(`expected at most ${maxRows} samples, got more`);
  }
  line = Math.max(line, 1);
  if (labels.length === 0) fail("expected at least one sample, got none");
  if (features === 0) fail("expected at least one entry, got none");
  return {
    labels: Float64Array.from(labels),
    offsets: Uint32Array.from(offsets),
    indices: Uint32Array.from(indices),
    values: Float64Array.from(values),
    features,
  };
}
