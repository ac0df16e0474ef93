import { mkdirSync, writeFileSync } from "node:fs";
import { thisMachine } from "../cli/support/this-machine.ts";

/** Machine and date of the figures: a part of each line. */
export const circumstances = thisMachine();

/** Writes a file of bench/results. */
export function writeResult(name: string, text: string): void {
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(name, folder), text);
  process.stdout.write(`wrote bench/results/${name}\n`);
}

/** Writes a file of bench/results, one JSON line for each. */
export function writeLines(name: string, lines: readonly object[]): void {
  writeResult(name, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
