import { Command } from "commander";
import { plural } from "../../client/base/format.ts";
import { failWith } from "../support/exit.ts";
import { print, printAside, printJson } from "../support/terminal.ts";
import { playTrace } from "./play-trace.ts";
import { traceLinesOf } from "./trace-file.ts";

/** `copse replay FILE`: whether a peer, told the same at the same times, decides the same. */
export function replayCommand(): Command {
  const command = new Command("replay")
    .description("tell a peer on a clock of its own what a trace says came to one, and check that it decides the same")
    .argument("<file>", "what copse peer --trace has written")
    .option("--json", "print one JSON line instead of text");
  return command.action(async (file: string, typed: { readonly json?: boolean }) => {
    try {
      const played = await playTrace(file, traceLinesOf(file, printAside));
      if (typed.json === true) return printJson({ type: "replayed", ...played });
      const { events, effects, rounds } = played;
      print(`the same came out: ${plural(effects, "decision")} after ${plural(events, "event")}, in ${plural(rounds, "round")}`);
    } catch (error) {
      failWith(command, error);
    }
  });
}
