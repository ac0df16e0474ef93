import { Command } from "commander";
import { failWith } from "../support/exit.ts";
import { print, printAside, printJson } from "../support/terminal.ts";
import { traceLinesOf } from "./trace-file.ts";
import { tracedRounds } from "./trace-rounds.ts";
import { traceSummary, traceText } from "./trace-text.ts";

/** `copse trace FILE`: what each round of a recorded peer was, and what it waited for. */
export function traceCommand(): Command {
  const command = new Command("trace")
    .description("show each round of a peer that was started with --trace as a time line, and whom it waited for")
    .argument("<file>", "what copse peer --trace has written")
    .option("--json", "print one JSON line for each round instead of text");
  return command.action(async (file: string, typed: { readonly json?: boolean }) => {
    try {
      const rounds = await tracedRounds(traceLinesOf(file, printAside));
      if (typed.json === true) {
        for (const round of rounds) printJson({ ...round, parts: Object.fromEntries(round.parts) });
        return;
      }
      const times = rounds.map(({ ms }) => ms).sort((a, b) => a - b);
      // A round that was much longer than most is cut at the bar's end: what it waited for stands below it.
      const scale = Math.max(1, 2 * (times[times.length >> 1] ?? 1));
      print("# training   . waiting for parts   ~ waiting for the total");
      for (const round of rounds) print(traceText(round, scale));
      print(traceSummary(rounds));
    } catch (error) {
      failWith(command, error);
    }
  });
}
