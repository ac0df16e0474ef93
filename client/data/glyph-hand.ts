import type { Rng } from "../../shared/base/random.ts";
import { skeletons } from "./glyph-strokes.ts";

/**
 * What makes one hand differ from another, and one person's digit from their next: each trait is normal around `mean`,
 * with deviation `between` writers and `within` one writer's samples.
 */
const traits = {
  /** Shear: how far the top leans to the right, in heights. */
  slant: { mean: 0.12, between: 0.2, within: 0.07 },
  /** Clockwise, in radians. */
  rotation: { mean: 0, between: 0.08, within: 0.07 },
  /** Height in pixels. */
  height: { mean: 18.5, between: 1.2, within: 0.8 },
  /** Width to height. */
  aspect: { mean: 0.74, between: 0.1, within: 0.05 },
  /** The pen's radius in pixels. */
  pen: { mean: 1.25, between: 0.3, within: 0.08 },
  /** How far the middle bulges sideways, in widths. */
  bend: { mean: 0, between: 0.07, within: 0.05 },
  /** How far off the center it is put, in pixels. */
  right: { mean: 0, between: 0.4, within: 0.8 },
  down: { mean: 0, between: 0.4, within: 0.8 },
} as const;

/** Size of the elastic waves, in units of the glyph's box. */
const elastic = { between: 0.035, within: 0.025 } as const;

/** How often a writer falls back on another way to write a digit. */
const strayProbability = 0.1;

type Trait = keyof typeof traits;
type Traits = Readonly<Record<Trait, number>>;

/** A plane wave that displaces points by (byX, byY) · sin(x · alongX + y · alongY + phase). */
interface Wave {
  readonly byX: number;
  readonly byY: number;
  readonly alongX: number;
  readonly alongY: number;
  readonly phase: number;
}

/** One writer's hand: their own means, and per digit their habit and their bends. */
export interface Hand {
  readonly traits: Traits;
  readonly habits: readonly { readonly variant: number; readonly waves: readonly Wave[] }[];
}

/** How one sample is to be drawn. */
export interface Pose {
  readonly traits: Traits;
  readonly variant: number;
  readonly waves: readonly Wave[];
}

const traitNames = Object.keys(traits) as readonly Trait[];

/** Draws a new person. */
export function drawHand(rng: Rng): Hand {
  return {
    traits: deviate((name) => traits[name].mean + traits[name].between * rng.normal()),
    habits: skeletons.map((variants) => ({
      variant: rng.integer(variants.length),
      waves: [drawWave(rng, elastic.between), drawWave(rng, elastic.between)],
    })),
  };
}

/** How this writer writes the digit this time. */
export function drawPose(hand: Hand, digit: number, rng: Rng): Pose {
  const habit = hand.habits[digit]!;
  const stray = rng.uniform() < strayProbability;
  return {
    traits: deviate((name) => hand.traits[name] + traits[name].within * rng.normal()),
    variant: stray ? rng.integer(skeletons[digit]!.length) : habit.variant,
    waves: [...habit.waves, drawWave(rng, elastic.within), drawWave(rng, elastic.within)],
  };
}

function deviate(draw: (name: Trait) => number): Traits {
  const drawn: Record<Trait, number> = { slant: 0, rotation: 0, height: 0, aspect: 0, pen: 0, bend: 0, right: 0, down: 0 };
  for (const name of traitNames) drawn[name] = draw(name);
  return drawn;
}

/** About one wave across the box, in a random direction. */
function drawWave(rng: Rng, size: number): Wave {
  return {
    byX: size * rng.normal(),
    byY: size * rng.normal(),
    alongX: 4 * rng.normal(),
    alongY: 4 * rng.normal(),
    phase: 2 * Math.PI * rng.uniform(),
  };
}
