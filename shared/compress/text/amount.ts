import type { Stage } from "../types.ts";

/** Coordinates to keep: a density ρ (`1%`) or a count (`500`), and the rounds of a warm-up to it. */
export type Amount = (
  | { readonly kind: "density"; readonly percent: number }
  | { readonly kind: "count"; readonly count: number }
) & {
  /** Rounds of density warm-up; 0 or absent: none. */
  readonly warmUp?: number;
};

/** Steps of the warm-up, each a quarter of the density before: 25 %, 6.25 %, 1.56 %, 0.39 %, 0.098 %. */
const warmUpSteps = 5;

/**
 * k: ⌈ρ·d⌉ for a density ρ, at least 1, ρ being the decimal number that was typed and not the nearest float; a count, at most d. During
 * a warm-up (Lin et al. 2018, Deep Gradient Compression) k is at least ⌈d/4ˢ⌉ in the s-th fifth of its rounds, so that the first,
 * largest updates get through.
 */
export function countOf(amount: Amount, length: number, { round }: Pick<Stage, "round">): number {
  const count = amount.kind === "density" ? percentOf(amount.percent, length) : amount.count;
  return Math.max(Math.min(count, length), warmUpCount(amount.warmUp ?? 0, length, round), Math.min(1, length));
}

function warmUpCount(rounds: number, length: number, round: number): number {
  if (rounds === 0 || round > rounds) return 0;
  const step = Math.floor((warmUpSteps * (round - 1)) / rounds);
  return Math.ceil(length / 4 ** (step + 1));
}

/** ⌈percent · length / 100⌉ by whole numbers: in floats 7 % of 100 is 7.000000000000001, and 8 would be kept. */
function percentOf(percent: number, length: number): number {
  const [mantissa = "0", exponent = "0"] = String(percent).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const places = fraction.length - Number(exponent) + 2;
  const scaled = BigInt(whole + fraction) * BigInt(length);
  if (places <= 0) return Number(scaled * 10n ** BigInt(-places));
  const unit = 10n ** BigInt(places);
  return Number((scaled + unit - 1n) / unit);
}
