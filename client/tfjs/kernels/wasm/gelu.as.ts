// AssemblyScript, part of kernels.as.ts.

/** eˣ to 2 units in the last place, for x from −87 to 88; beyond, as at the ends. Cephes' polynomial. */
export function exponential(given: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(given, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>Math.LOG2E)));
  // x − n ln 2, ln 2 in two parts.
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.9875691e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** √(2/π) and 0.044715: GELU by tanh is x · σ(2u), u = √(2/π)(x + 0.044715 x³). */
const slope: f32 = 0.7978845608;
const cubic: f32 = 0.044715;

/** σ(2u). */
function gate(x: v128, square: v128): v128 {
  const u = f32x4.mul(f32x4.mul(x, f32x4.splat(slope)), f32x4.add(f32x4.splat(1), f32x4.mul(square, f32x4.splat(cubic))));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential(f32x4.mul(u, f32x4.splat(-2)))));
}

function geluOf(x: v128): v128 {
  return f32x4.mul(x, gate(x, f32x4.mul(x, x)));
}

/** σ + x σ(1 − σ) · 2u′. */
function geluSlope(x: v128): v128 {
  const square = f32x4.mul(x, x);
  const open = gate(x, square);
  const inner = f32x4.mul(f32x4.splat(2 * slope), f32x4.add(f32x4.splat(1), f32x4.mul(square, f32x4.splat(3 * cubic))));
  const closing = f32x4.mul(open, f32x4.sub(f32x4.splat(1), open));
  return f32x4.add(open, f32x4.mul(f32x4.mul(x, closing), inner));
}

/** y = gelu(x). */
export function gelu(x: usize, y: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16, y += 16) v128.store(y, geluOf(v128.load(x)));
  for (; i < count; i += 1, x += 4, y += 4) store<f32>(y, f32x4.extract_lane(geluOf(v128.load32_splat(x)), 0));
}

/** dx = dy · gelu′(x). */
export function geluGradient(dy: usize, x: usize, dx: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, dy += 16, x += 16, dx += 16) v128.store(dx, f32x4.mul(v128.load(dy), geluSlope(v128.load(x))));
  for (; i < count; i += 1, dy += 4, x += 4, dx += 4)
    store<f32>(dx, load<f32>(dy) * f32x4.extract_lane(geluSlope(v128.load32_splat(x)), 0));
}
