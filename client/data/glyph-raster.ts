/** Side of a drawn digit's image, in pixels: MNIST's. */
export const glyphSide = 28;

/** Width of the grey edge of a stroke: one pixel, as if each pixel averaged the ink over its own area. */
const edgePixels = 1;

/** A buffer of squared distances that is used again for every glyph. */
export type Canvas = Float32Array;

/** A clean canvas; `clear` makes it clean again. */
export function createCanvas(): Canvas {
  return clear(new Float32Array(glyphSide * glyphSide));
}

/** Takes all ink off. */
export function clear(canvas: Canvas): Canvas {
  return canvas.fill(Number.POSITIVE_INFINITY);
}

/**
 * Lowers each pixel's squared distance to the ink by a segment from (ax, ay) to (bx, by), in pixels; touches only pixels
 * that a pen of this radius can reach.
 */
export function addSegment(canvas: Canvas, ax: number, ay: number, bx: number, by: number, radius: number): void {
  const reach = radius + edgePixels;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach));
  const right = Math.min(glyphSide - 1, Math.floor(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach));
  const bottom = Math.min(glyphSide - 1, Math.floor(Math.max(ay, by) + reach));
  const dx = bx - ax;
  const dy = by - ay;
  const squaredLength = dx * dx + dy * dy;
  const scale = squaredLength > 0 ? 1 / squaredLength : 0;
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) * scale));
      const offX = x - ax - along * dx;
      const offY = y - ay - along * dy;
      const squared = offX * offX + offY * offY;
      const pixel = y * glyphSide + x;
      if (squared < canvas[pixel]!) canvas[pixel] = squared;
    }
  }
}

/** Writes the ink, 0 to 1, into `out` from `offset`: full within the pen's radius, fading linearly over one pixel. */
export function develop(canvas: Canvas, radius: number, out: Float32Array, offset: number): void {
  const full = Math.max(0, radius - edgePixels / 2);
  const none = radius + edgePixels / 2;
  for (let pixel = 0; pixel < canvas.length; pixel += 1) {
    const squared = canvas[pixel]!;
    if (squared >= none * none) out[offset + pixel] = 0;
    else if (squared <= full * full) out[offset + pixel] = 1;
    else out[offset + pixel] = (none - Math.sqrt(squared)) / (none - full);
  }
}
