/** A stroke: dense points x₀ y₀ x₁ y₁ … in the unit square, x to the right and y down. */
type Stroke = Float64Array;

/** One way to write a digit. */
export type Skeleton = readonly Stroke[];

type Point = readonly [x: number, y: number];

/** Points on a straight piece and on one span of a curve: close enough that a bent stroke stays smooth at 28 pixels. */
const pointsPerPiece = 5;

/** The digits 0–9, each in the ways people write it. */
export const skeletons: readonly (readonly Skeleton[])[] = [
  [
    [arc([0.5, 0.5], [0.36, 0.5], -0.25, 0.75)],
    [arc([0.5, 0.5], [0.27, 0.5], -0.2, 0.77)],
    [arc([0.5, 0.5], [0.42, 0.46], -0.12, 0.84)],
  ],
  [
    [line([0.5, 0], [0.5, 1])],
    [line([0.26, 0.24], [0.55, 0], [0.55, 1])],
    [line([0.26, 0.2], [0.52, 0], [0.52, 1]), line([0.2, 1], [0.84, 1])],
  ],
  [
    [join(arc([0.5, 0.28], [0.36, 0.28], -0.48, 0.06), line([0.78, 0.45], [0.12, 1], [0.9, 1]))],
    [curve([0.15, 0.24], [0.5, 0], [0.82, 0.28], [0.55, 0.65], [0.22, 0.95], [0.1, 0.88], [0.3, 0.8], [0.6, 0.97], [0.95, 0.9])],
    [join(curve([0.12, 0.12], [0.5, 0], [0.8, 0.2], [0.7, 0.5], [0.15, 0.98]), curve([0.15, 0.98], [0.5, 0.92], [0.9, 1]))],
  ],
  [
    [join(arc([0.46, 0.25], [0.34, 0.25], -0.42, 0.22), arc([0.46, 0.74], [0.4, 0.26], -0.2, 0.42))],
    [join(line([0.14, 0], [0.82, 0], [0.42, 0.4]), arc([0.44, 0.7], [0.4, 0.3], -0.22, 0.42))],
    [curve([0.15, 0.1], [0.55, 0], [0.78, 0.2], [0.42, 0.46], [0.42, 0.46], [0.85, 0.66], [0.6, 0.98], [0.1, 0.92])],
  ],
  [
    [line([0.24, 0], [0.1, 0.58], [0.92, 0.58]), line([0.68, 0.12], [0.66, 1])],
    [line([0.66, 1], [0.66, 0], [0.06, 0.66], [0.95, 0.66])],
    [curve([0.16, 0.02], [0.14, 0.4], [0.4, 0.54], [0.8, 0.46]), line([0.82, 0.05], [0.74, 1])],
  ],
  [
    [join(line([0.85, 0], [0.24, 0], [0.2, 0.44]), curve([0.2, 0.44], [0.52, 0.36], [0.86, 0.64], [0.6, 0.97], [0.1, 0.92]))],
    [curve([0.84, 0.03], [0.38, 0.04], [0.22, 0.4], [0.55, 0.44], [0.82, 0.7], [0.5, 1], [0.12, 0.88])],
    [curve([0.24, 0.06], [0.2, 0.46], [0.55, 0.42], [0.82, 0.7], [0.5, 1], [0.12, 0.9]), line([0.22, 0.04], [0.92, 0])],
  ],
  [
    [curve([0.7, 0], [0.34, 0.25], [0.17, 0.65], [0.42, 0.99], [0.76, 0.84], [0.72, 0.58], [0.42, 0.52], [0.2, 0.72])],
    [join(line([0.64, 0], [0.24, 0.58]), arc([0.48, 0.72], [0.32, 0.28], -0.4, 0.62))],
    [join(curve([0.3, 0], [0.18, 0.4], [0.2, 0.78]), arc([0.5, 0.76], [0.3, 0.24], -0.5, 0.52))],
  ],
  [
    [line([0.1, 0], [0.9, 0], [0.4, 1])],
    [line([0.1, 0], [0.88, 0], [0.42, 1]), line([0.34, 0.5], [0.84, 0.48])],
    [join(line([0.12, 0.16], [0.12, 0.02]), curve([0.12, 0.02], [0.5, 0.07], [0.88, 0], [0.56, 0.46], [0.46, 1]))],
  ],
  [
    [arc([0.5, 0.24], [0.29, 0.24], 0.25, 1.25), arc([0.5, 0.74], [0.36, 0.26], -0.25, 0.75)],
    [
      curve(
        [0.76, 0.14],
        [0.5, 0],
        [0.22, 0.2],
        [0.5, 0.46],
        [0.8, 0.76],
        [0.5, 1],
        [0.2, 0.76],
        [0.5, 0.46],
        [0.78, 0.2],
        [0.68, 0.04],
      ),
    ],
    [curve([0.84, 0.06], [0.4, 0], [0.24, 0.24], [0.66, 0.6], [0.74, 0.88], [0.44, 1], [0.22, 0.8], [0.5, 0.44], [0.84, 0.06])],
  ],
  [
    [join(arc([0.48, 0.28], [0.33, 0.28], 0, 1), line([0.81, 0.28], [0.74, 1]))],
    [join(arc([0.5, 0.28], [0.32, 0.28], -0.05, 0.95), curve([0.82, 0.22], [0.82, 0.7], [0.52, 1], [0.18, 0.9]))],
    [curve([0.76, 0.12], [0.42, 0.02], [0.2, 0.3], [0.46, 0.5], [0.76, 0.3], [0.78, 0.1], [0.72, 0.55], [0.5, 1])],
  ],
];

/** A polyline, corners kept. */
function line(...points: readonly Point[]): Stroke {
  const dense: number[] = [];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [a, b] = [points[i]!, points[i + 1]!];
    for (let step = i === 0 ? 0 : 1; step <= pointsPerPiece; step += 1) {
      const t = step / pointsPerPiece;
      dense.push(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t);
    }
  }
  return Float64Array.from(dense);
}

/** The uniform Catmull–Rom spline through the points (Catmull, Rom 1974); a point given twice is a corner. */
function curve(...points: readonly Point[]): Stroke {
  const dense: number[] = [];
  const last = points.length - 1;
  for (let i = 0; i < last; i += 1) {
    const [p0, p1, p2, p3] = [points[Math.max(i - 1, 0)]!, points[i]!, points[i + 1]!, points[Math.min(i + 2, last)]!];
    for (let step = i === 0 ? 0 : 1; step <= pointsPerPiece; step += 1) {
      const t = step / pointsPerPiece;
      dense.push(catmullRom(p0[0], p1[0], p2[0], p3[0], t), catmullRom(p0[1], p1[1], p2[1], p3[1], t));
    }
  }
  return Float64Array.from(dense);
}

function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Part of an ellipse, clockwise on the screen; angles in turns, 0 to the right, ¼ down. */
function arc(center: Point, radii: Point, from: number, to: number): Stroke {
  const pieces = Math.ceil(Math.abs(to - from) * 4 * pointsPerPiece);
  const dense = new Float64Array(2 * (pieces + 1));
  for (let i = 0; i <= pieces; i += 1) {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / pieces);
    dense[2 * i] = center[0] + radii[0] * Math.cos(angle);
    dense[2 * i + 1] = center[1] + radii[1] * Math.sin(angle);
  }
  return dense;
}

/** One stroke that goes on where the last one ends, without lifting the pen. */
function join(...strokes: readonly Stroke[]): Stroke {
  return Float64Array.from(strokes.flatMap((stroke) => [...stroke]));
}
