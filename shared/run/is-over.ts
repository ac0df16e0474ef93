import type { Tip } from "../base/tip.ts";
import type { RunConfig } from "./config.ts";

/** Whether all rounds of a run are committed where a chain stands: nobody can have more of them. */
export function isOver({ rounds }: Pick<RunConfig, "rounds">, tip: Pick<Tip, "round">): boolean {
  return rounds > 0 && tip.round >= rounds;
}
