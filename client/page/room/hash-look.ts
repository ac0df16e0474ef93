import type { Hash } from "../../../shared/base/hash.ts";

/** How a model's hash is shown, so that two tabs can be compared at a glance. */
export interface HashLook {
  /** Four CSS colors, the same for the same hash. */
  readonly colors: readonly [string, string, string, string];
  /** The first eight digits. */
  readonly digits: string;
}

/** Twelve hues, 30° apart, and three lightnesses can be told apart side by side, on a light or a dark page. */
const hues = 12;
const lightnesses = [38, 56, 74] as const;

/** The look of a hash: each color is one of 36, from eight of the hash's 32 digits. Pure. */
export function hashLook(hash: Hash): HashLook {
  const color = (quarter: number): string => {
    const draw = Number.parseInt(hash.slice(8 * quarter, 8 * quarter + 8), 16) >>> 0;
    const lightness = lightnesses[Math.floor(draw / hues) % lightnesses.length];
    return `hsl(${(draw % hues) * (360 / hues)} 62% ${lightness}%)`;
  };
  return { colors: [color(0), color(1), color(2), color(3)], digits: hash.slice(0, 8) };
}
