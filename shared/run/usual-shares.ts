import { defaultConfig } from "./config.ts";

/** Where nobody says how many shares there are: no peer of those that a run begins with has the data of another. */
export function usualShares(startAt: number): number {
  const { shares } = defaultConfig;
  return Number.isInteger(startAt) && startAt <= 4096 ? Math.max(shares, startAt) : shares;
}
