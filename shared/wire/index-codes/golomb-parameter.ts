/** M goes up to 7 · 2²⁷: gaps beyond are rarer than any that a model of 2³¹ coordinates is worth a code for. */
export const maxOctave = 27;

/** The largest number that names an M. */
export const maxParameter = 3 + 4 * maxOctave + 3;

/**
 * The M that a parameter names: 1, 2, 3, then four an octave, 4, 5, 6, 7 · 2^octave. An M that is off by an eighth costs less
 * than 0.3 % of a code, so no finer steps are worth their bits.
 */
export function modulusOf(parameter: number): number {
  return parameter < 3 ? parameter + 1 : (4 + ((parameter - 3) & 3)) << ((parameter - 3) >>> 2);
}
