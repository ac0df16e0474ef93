import { plainScan } from "./plain-scan.ts";
import type { Scan } from "./scan.ts";
import { simdScan } from "./simd/simd-scan.ts";

let found: Scan | null = null;

/** The fastest scan that this engine has, made when it is first asked for. Which one it is changes no result. */
export function fastestScan(): Scan {
  found ??= simdScan() ?? plainScan;
  return found;
}
