import { seeded } from "../../shared/base/random.ts";
import type { LabeledImages } from "./data-set.ts";
import { drawHand, drawPose, type Hand, type Pose } from "./glyph-hand.ts";
import { addSegment, type Canvas, clear, createCanvas, develop, glyphSide } from "./glyph-raster.ts";
import { skeletons } from "./glyph-strokes.ts";

/** Digits that the program draws itself. */
export const glyphShape = { height: glyphSide, width: glyphSide, channels: 1, classes: 10 } as const;

/** The pen and the height never shrink below these, however far a draw strays: a digit stays visible. */
const minPenPixels = 0.6;
const minHeightPixels = 10;

/** The held-out set is the same for every run: it has a seed and a stream of its own. */
const heldOutSeed = 0x6c797067;
const heldOutWriters = 100;

/** The digits that one writer, of this seed and number, hands in: `count` samples, the digits in turn. */
export function drawWriter(seed: number, writer: number, count: number): LabeledImages {
  const hand = drawHand(seeded(seed, "glyphs", "writer", writer));
  const rng = seeded(seed, "glyphs", "sample", writer);
  return drawAll(digitsInTurn(count), (digit) => drawPose(hand, digit, rng));
}

/** Independent samples: every one by a writer of its own; `stream` tells peers apart. */
export function drawCrowd(seed: number, stream: number, count: number): LabeledImages {
  const rng = seeded(seed, "glyphs", "crowd", stream);
  return drawAll(digitsInTurn(count), (digit) => drawPose(drawHand(rng), digit, rng));
}

/** The samples of a common pool that have these numbers: sample i shows digit i mod 10 and is the same whoever draws it. */
export function drawFromPool(seed: number, numbers: Uint32Array): LabeledImages {
  const digits = Uint8Array.from(numbers, (number) => number % glyphShape.classes);
  return drawAll(digits, (digit, i) => {
    const rng = seeded(seed, "glyphs", "pool", numbers[i]!);
    return drawPose(drawHand(rng), digit, rng);
  });
}

/** The held-out set: every digit once by each of 100 writers that no training seed can name. */
export function drawHeldOut(): LabeledImages {
  const hands: Hand[] = [];
  for (let i = 0; i < heldOutWriters; i += 1) hands.push(drawHand(seeded(heldOutSeed, "held-out writer", i)));
  const rng = seeded(heldOutSeed, "held-out sample");
  const digits = digitsInTurn(heldOutWriters * glyphShape.classes);
  return drawAll(digits, (digit, i) => drawPose(hands[Math.floor(i / glyphShape.classes)]!, digit, rng));
}

/** 0, 1, … 9, 0, 1, …: the labels of `count` samples, as balanced as can be. */
export function digitsInTurn(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => i % glyphShape.classes);
}

function drawAll(labels: Uint8Array, pose: (digit: number, i: number) => Pose): LabeledImages {
  const images = new Float32Array(labels.length * glyphSide * glyphSide);
  const canvas = createCanvas();
  for (let i = 0; i < labels.length; i += 1) {
    drawGlyph(canvas, labels[i]!, pose(labels[i]!, i), images, i * glyphSide * glyphSide);
  }
  return { images, labels };
}

/** Bends, leans, turns and places the skeleton, then inks it into `out` from `offset`. */
function drawGlyph(canvas: Canvas, digit: number, { traits, variant, waves }: Pose, out: Float32Array, offset: number): void {
  const height = Math.max(minHeightPixels, traits.height);
  const width = height * Math.max(0.4, traits.aspect);
  const pen = Math.max(minPenPixels, traits.pen);
  const [cos, sin] = [Math.cos(traits.rotation), Math.sin(traits.rotation)];
  const [centerX, centerY] = [(glyphSide - 1) / 2 + traits.right, (glyphSide - 1) / 2 + traits.down];
  clear(canvas);
  for (const stroke of skeletons[digit]![variant]!) {
    let [lastX, lastY] = [0, 0];
    for (let i = 0; i < stroke.length; i += 2) {
      let x = stroke[i]! - 0.5;
      let y = stroke[i + 1]! - 0.5;
      let [dx, dy] = [traits.bend * (1 - 4 * y * y), 0];
      for (let w = 0; w < waves.length; w += 1) {
        const wave = waves[w]!;
        const swing = Math.sin(wave.alongX * x + wave.alongY * y + wave.phase);
        dx += wave.byX * swing;
        dy += wave.byY * swing;
      }
      x = (x + dx) * width - traits.slant * (y + dy) * height;
      y = (y + dy) * height;
      const inkX = centerX + cos * x - sin * y;
      const inkY = centerY + sin * x + cos * y;
      if (i > 0) addSegment(canvas, lastX, lastY, inkX, inkY, pen);
      [lastX, lastY] = [inkX, inkY];
    }
  }
  develop(canvas, pen, out, offset);
}
