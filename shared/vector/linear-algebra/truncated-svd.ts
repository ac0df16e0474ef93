import { orthonormal } from "./orthonormal.ts";
import { type Matrix, product, transposedProduct } from "./products.ts";

/** A matrix given by its products with thin ones: dense, or a sum of factors that is never multiplied out. */
export interface Operator {
  readonly rows: number;
  readonly columns: number;
  /** A·B. */
  times(b: Matrix): Matrix<Float64Array>;
  /** Aᵀ·B. */
  transposedTimes(b: Matrix): Matrix<Float64Array>;
}

/** Columns beyond the rank, and power steps: enough for the best approximation's error within a few percent (Halko et al., §1.6). */
const oversampling = 4;
const powerSteps = 1;
/** Jacobi converges quadratically: matrices of some hundred columns take 6 to 10 sweeps. */
const maxSweeps = 30;
/** Cosine between two columns below which they count as orthogonal. */
const orthogonalBelow = 1e-12;

/**
 * The `rank` leading singular directions of A, by the randomized SVD (Halko, Martinsson, Tropp 2011): Y = AΩ, one power step,
 * Q = orth(Y), then the exact SVD of QᵀA. A ≈ left · rightᵀ with left orthonormal (m × r) and right = VΣ (n × r), largest first.
 * Σ‖right‖² is the part of ‖A‖² that is kept. float64; O(mn(r + 4)) for a dense A. Ω is drawn from `draw`, row after row.
 * @param start n × r or narrower: singular directions of a similar A. They replace as many columns of Ω, and the power step
 */
export function truncatedSvd(
  a: Operator,
  rank: number,
  draw: () => number,
  start?: Matrix,
): { readonly left: Matrix<Float64Array>; readonly right: Matrix<Float64Array> } {
  const width = Math.min(rank + oversampling, a.rows, a.columns);
  const omega = Float64Array.from({ length: a.columns * width }, draw);
  if (start !== undefined) replaceColumns(omega, width, start);
  let range = orthonormal(a.times({ rows: a.columns, columns: width, data: omega }));
  for (let step = start === undefined ? 0 : powerSteps; step < powerSteps; step += 1)
    range = orthonormal(a.times(orthonormal(a.transposedTimes(range))));
  const right = a.transposedTimes(range);
  rotateApart(right, range);
  const largest = columnsBySize(right).slice(0, rank);
  return { left: pick(range, largest), right: pick(right, largest) };
}

/** Columns of `start` that are zero leave what was drawn. */
function replaceColumns(omega: Float64Array, width: number, start: Matrix): void {
  for (let c = 0; c < Math.min(start.columns, width); c += 1) {
    let isZero = true;
    for (let i = 0; i < start.rows; i += 1) isZero &&= start.data[i * start.columns + c] === 0;
    if (isZero) continue;
    for (let i = 0; i < start.rows; i += 1) omega[i * width + c] = start.data[i * start.columns + c]!;
  }
}

/** A dense matrix as an operator. */
export function dense(a: Matrix): Operator {
  return { rows: a.rows, columns: a.columns, times: (b) => product(a, b), transposedTimes: (b) => transposedProduct(a, b) };
}

/** One-sided Jacobi (Hestenes 1958): rotates pairs of columns of `b` until all are orthogonal, and those of `also` alike; in place. */
function rotateApart(b: Matrix<Float64Array>, also: Matrix<Float64Array>): void {
  for (let sweep = 0; sweep < maxSweeps; sweep += 1) {
    let hasRotated = false;
    for (let p = 0; p < b.columns; p += 1) {
      for (let q = p + 1; q < b.columns; q += 1) {
        const angle = angleOf(b, p, q);
        if (angle === null) continue;
        hasRotated = true;
        rotate(b, p, q, angle);
        rotate(also, p, q, angle);
      }
    }
    if (!hasRotated) return;
  }
}

interface Angle {
  readonly cosine: number;
  readonly sine: number;
}

/** The rotation that makes two columns orthogonal; null if they are. */
function angleOf({ columns, data }: Matrix<Float64Array>, p: number, q: number): Angle | null {
  let pp = 0;
  let qq = 0;
  let pq = 0;
  for (let at = 0; at < data.length; at += columns) {
    const x = data[at + p]!;
    const y = data[at + q]!;
    pp += x * x;
    qq += y * y;
    pq += x * y;
  }
  if (Math.abs(pq) <= orthogonalBelow * Math.sqrt(pp) * Math.sqrt(qq)) return null;
  const zeta = (qq - pp) / (2 * pq);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  return { cosine, sine: cosine * tangent };
}

function rotate({ columns, data }: Matrix<Float64Array>, p: number, q: number, { cosine, sine }: Angle): void {
  for (let at = 0; at < data.length; at += columns) {
    const x = data[at + p]!;
    const y = data[at + q]!;
    data[at + p] = cosine * x - sine * y;
    data[at + q] = sine * x + cosine * y;
  }
}

/** Column numbers, the longest column first; ties to the lower number. */
function columnsBySize({ columns, data }: Matrix<Float64Array>): number[] {
  const sizes = new Float64Array(columns);
  for (let at = 0; at < data.length; at += 1) sizes[at % columns]! += data[at]! * data[at]!;
  return Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
}

function pick({ rows, columns, data }: Matrix<Float64Array>, chosen: readonly number[]): Matrix<Float64Array> {
  const width = chosen.length;
  const picked = new Float64Array(rows * width);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < width; j += 1) picked[i * width + j] = data[i * columns + chosen[j]!]!;
  }
  return { rows, columns: width, data: picked };
}
