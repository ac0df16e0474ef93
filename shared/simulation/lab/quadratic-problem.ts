import { createJsonReader, type JsonReader } from "./json-reader.ts";
import type { Problem } from "./problem.ts";

/** f(x) = ½xᵀAx − bᵀx + c. */
export interface Quadratic {
  /** A, symmetric, row by row: d × d. */
  readonly hessian: Float64Array;
  /** b. */
  readonly linear: Float64Array;
  /** c. */
  readonly constant: number;
}

/** F = mean of the workers' quadratics; O(d²) a gradient. @param start x⁰; its length is d */
export function quadraticProblem(start: Float32Array, workers: readonly Quadratic[]): Problem {
  const d = start.length;
  return {
    shape: [d],
    dimension: d,
    workers: workers.length,
    start,
    value(x) {
      let sum = 0;
      for (const worker of workers) sum += quadraticAt(worker, x);
      return sum / workers.length;
    },
    gradient(worker, x) {
      const { hessian, linear } = workers[worker]!;
      const gradient = product(hessian, x, d);
      for (let j = 0; j < d; j += 1) gradient[j]! -= linear[j]!;
      return gradient;
    },
    hessian() {
      const mean = new Float64Array(d * d);
      for (const { hessian } of workers) for (let i = 0; i < mean.length; i += 1) mean[i]! += hessian[i]! / workers.length;
      return mean;
    },
  };
}

function quadraticAt({ hessian, linear, constant }: Quadratic, x: ArrayLike<number>): number {
  const curved = product(hessian, x, linear.length);
  let sum = constant;
  for (let j = 0; j < linear.length; j += 1) sum += (0.5 * curved[j]! - linear[j]!) * x[j]!;
  return sum;
}

/** A·x. */
function product(a: Float64Array, x: ArrayLike<number>, d: number): Float64Array {
  const result = new Float64Array(d);
  for (let i = 0; i < d; i += 1) {
    let sum = 0;
    for (let j = 0; j < d; j += 1) sum += a[i * d + j]! * x[j]!;
    result[i] = sum;
  }
  return result;
}

interface Row {
  readonly line: number;
  readonly values: readonly number[];
}

interface Worker {
  readonly hessian: { readonly line: number; readonly rows: readonly Row[] };
  readonly linear: Row;
  readonly constant: number;
}

/** Rounding of whoever wrote the file, as a share of the largest entry; the mean of A and Aᵀ is taken. */
const asymmetryAllowed = 1e-9;

/**
 * Reads {"start": […], "workers": [{"hessian": [[…], …], "linear": […], "constant": c}, …]}; the constant may be left out.
 * @param file what errors call it
 * @throws {ProblemFileError} with line and reason: not this JSON, numbers not finite, rows ragged, a matrix not symmetric
 */
export function parseQuadratic(text: string, file: string): Problem {
  const reader = createJsonReader(text, file);
  let start: Row = { line: 1, values: [] };
  const workers: Worker[] = [];
  require(reader, ["start", "workers"], 1, reader.object({
    start: () => {
      start = readRow(reader);
    },
    workers: () => reader.array(() => workers.push(readWorker(reader))),
  }));
  reader.end();
  if (start.values.length === 0) reader.fail("expected a start of at least 1 number, got none", start.line);
  if (workers.length === 0) reader.fail("expected at least 1 worker, got none");
  const first = Float32Array.from(start.values);
  if (!first.every(Number.isFinite)) reader.fail("expected a start within float32, got a larger number", start.line);
  return quadraticProblem(
    first,
    workers.map((worker, i) => quadraticOf(worker, `worker ${i}`, { reader, d: first.length })),
  );
}

function require(reader: JsonReader, keys: readonly string[], line: number, found: ReadonlySet<string>): void {
  const missing = keys.find((key) => !found.has(key));
  if (missing !== undefined) reader.fail(`expected ${missing}, got an object without it`, line);
}

function readRow(reader: JsonReader): Row {
  const values: number[] = [];
  let line = 0;
  reader.array(() => {
    values.push(reader.number());
    line ||= reader.line;
  });
  return { line: line || reader.line, values };
}

function readWorker(reader: JsonReader): Worker {
  const none: Row = { line: 0, values: [] };
  const worker = { hessian: { line: 0, rows: [] as Row[] }, linear: none, constant: 0 };
  const found = reader.object({
    hessian: () => {
      reader.array(() => worker.hessian.rows.push(readRow(reader)));
      worker.hessian.line = reader.line;
    },
    linear: () => {
      worker.linear = readRow(reader);
    },
    constant: () => {
      worker.constant = reader.number();
    },
  });
  require(reader, ["hessian", "linear"], reader.line, found);
  return worker;
}

interface Wanted {
  readonly reader: JsonReader;
  readonly d: number;
}

function quadraticOf({ hessian, linear, constant }: Worker, name: string, { reader, d }: Wanted): Quadratic {
  const { rows } = hessian;
  if (linear.values.length !== d)
    reader.fail(`${name}: expected a linear term of ${d} numbers, as start has, got ${linear.values.length}`, linear.line);
  if (rows.length !== d)
    reader.fail(`${name}: expected a hessian of ${d} rows, as start has numbers, got ${rows.length}`, hessian.line);
  let largest = 0;
  for (const [i, { values, line }] of rows.entries()) {
    if (values.length !== d)
      reader.fail(`${name}: expected row ${i} of the hessian to have ${d} numbers, got ${values.length}`, line);
    for (const value of values) largest = Math.max(largest, Math.abs(value));
  }
  const symmetric = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const [a, b] = [rows[i]!.values[j]!, rows[j]!.values[i]!];
      if (Math.abs(a - b) > asymmetryAllowed * largest)
        reader.fail(`${name}: expected a symmetric hessian, got ${a} at (${i}, ${j}) and ${b} at (${j}, ${i})`, rows[i]!.line);
      symmetric[i * d + j] = a / 2 + b / 2;
      symmetric[j * d + i] = symmetric[i * d + j]!;
    }
  }
  return { hessian: symmetric, linear: Float64Array.from(linear.values), constant };
}
